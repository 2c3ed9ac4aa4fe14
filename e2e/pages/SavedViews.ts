import type { Locator, Page } from '@playwright/test';

/** The menu of views that have a name. */
export class SavedViews {
  readonly menu: Locator;
  readonly panel: Locator;
  readonly list: Locator;

  constructor(page: Page) {
    this.menu = page.getByRole('button', { name: /^Saved views/ });
    this.panel = page.getByRole('dialog', { name: 'Saved views' });
    this.list = this.panel.getByRole('list', { name: 'Saved views' });
  }

  view(name: string): Locator {
    return this.list.getByRole('link', { name: new RegExp(name) });
  }

  /** Saves what is on screen; the menu stays open. */
  async save(name: string): Promise<void> {
    await this.menu.click();
    await this.panel.getByRole('textbox', { name: 'Save what is on screen as' }).fill(name);
    await this.panel.getByRole('button', { name: 'Save', exact: true }).click();
    await this.view(name).waitFor();
  }
}
