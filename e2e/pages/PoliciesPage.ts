import { expect, type Locator, type Page } from '@playwright/test';

/** The board of policies, and the page of one of them. */
export class PoliciesPage {
  /** One policy, once it is open. */
  readonly policy: Locator;
  /** Its rules in order, then the end of its tier. */
  readonly rules: Locator;
  /** Takes back all that was applied in the demo. */
  readonly takeBack: Locator;

  constructor(readonly page: Page) {
    this.policy = page.getByRole('article');
    this.rules = page.getByRole('region', { name: 'Rules', exact: true }).getByRole('row');
    this.takeBack = page.getByRole('button', { name: 'Take back what was applied' });
  }

  /** Opens the board and waits for its policies. */
  async open(): Promise<void> {
    await this.page.goto('/policies');
    await expect(this.card('default', 'deny-all')).toBeVisible();
  }

  tier(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  card(tier: string, name: string): Locator {
    return this.tier(tier).getByRole('link', { name: new RegExp(`^${name} `) });
  }

  /** Opens a policy from the board. */
  async openCard(tier: string, name: string): Promise<void> {
    await this.card(tier, name).click();
    await expect(this.policy.getByRole('heading', { level: 2 })).toContainText(name);
  }

  /** The value of a term of the open policy. */
  fact(term: string): Locator {
    const terms = this.policy.locator('dl > div');
    return terms
      .filter({ has: this.page.getByRole('term').filter({ hasText: term }) })
      .getByRole('definition');
  }
}
