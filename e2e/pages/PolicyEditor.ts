import { expect, type Locator, type Page } from '@playwright/test';

/** A change of policies, and beside it what it would do to what was observed. */
export class PolicyEditor {
  readonly text: Locator;
  /** What is wrong with the text. */
  readonly problems: Locator;
  readonly result: Locator;

  constructor(readonly page: Page) {
    this.text = page.getByRole('textbox', { name: /^YAML of the change/ });
    this.problems = page.getByRole('list', { name: /^\d+ problems?$/ }).getByRole('listitem');
    this.result = page.getByRole('region', { name: 'What it would change' });
  }

  /** Opens it for a policy that is yet to be written. */
  async open(): Promise<void> {
    await this.page.goto('/policies?try=new');
    await expect(this.text).toBeVisible();
  }

  /** Puts a text in the place of what is there, as pasting does. */
  async paste(text: string): Promise<void> {
    await this.text.click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(text);
  }

  /** What completion offers under this name. */
  completion(name: string): Locator {
    return this.page.getByRole('listbox').getByRole('option').filter({ hasText: name });
  }

  /** How many connections change in a direction, and the way to see them. */
  direction(name: 'Newly denied' | 'Newly allowed' | 'Uncertain'): Locator {
    return this.result.getByRole('button', { name: new RegExp(`^${name}`) });
  }

  /** The connections that change in a direction, without the header. */
  changes(name: 'Newly denied' | 'Newly allowed' | 'Uncertain'): Locator {
    const table = this.result.getByRole('table', { name });
    return table.getByRole('row').filter({ has: this.page.getByRole('link') });
  }
}
