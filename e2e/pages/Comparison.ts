import type { Locator, Page } from '@playwright/test';

/** What stands in the table's place while two windows are compared. */
export class Comparison {
  readonly menu: Locator;
  readonly choices: Locator;
  readonly pane: Locator;
  /** What is compared with what. */
  readonly windows: Locator;
  /** The parts of the list, the gravest first. */
  readonly parts: Locator;

  constructor(readonly page: Page) {
    this.menu = page.getByRole('button', { name: /^Compare/ });
    this.choices = page.getByRole('dialog', { name: 'Compare with' });
    this.pane = page.getByRole('region', { name: 'Changes' });
    this.windows = this.pane.getByRole('paragraph').filter({ hasText: 'compared with' });
    this.parts = this.pane.getByRole('region');
  }

  async with(choice: string): Promise<void> {
    await this.menu.click();
    await this.choices.getByRole('button', { name: choice }).click();
  }

  /** The changes under a heading. */
  part(title: string): Locator {
    const heading = this.page.getByRole('heading', { name: title });
    return this.parts.filter({ has: heading });
  }

  changesIn(part: Locator): Locator {
    return part.getByRole('listitem');
  }
}
