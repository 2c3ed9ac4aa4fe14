import { expect, type Locator, type Page } from '@playwright/test';

/** The page that writes policies from what was seen. */
export class RecommendPage {
  readonly stagedFirst: Locator;
  readonly fromDenied: Locator;
  /** Opens the policies of all workloads in the editor. */
  readonly tryAll: Locator;

  constructor(readonly page: Page) {
    this.stagedFirst = page.getByRole('checkbox', { name: 'Staged first' });
    this.fromDenied = page.getByRole('checkbox', { name: 'Learn from denied flows too' });
    this.tryAll = page.getByRole('main').getByRole('button', { name: 'Try in editor' }).first();
  }

  /** Opens it and asks for a namespace. */
  async open(namespace: string): Promise<void> {
    await this.page.goto('/recommend');
    await this.page.getByRole('combobox', { name: 'Namespace' }).selectOption(namespace);
    await expect(this.page.getByRole('table').first()).toBeVisible();
  }

  /** All that is said of a workload; `name` with its namespace. */
  workload(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** The rules of a workload with what they were learned from. */
  rules(name: string): Locator {
    return this.workload(name)
      .getByRole('table')
      .getByRole('row')
      .filter({ has: this.page.getByRole('cell') });
  }
}
