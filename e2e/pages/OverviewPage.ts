import { expect, type Locator, type Page } from '@playwright/test';

/** The page of charts. */
export class OverviewPage {
  readonly cards: Locator;

  constructor(readonly page: Page) {
    this.cards = page.getByRole('main').getByRole('region');
  }

  /** Opens it and waits until every chart is read; `query` is what follows the `?`. */
  async open(query: string): Promise<void> {
    await this.page.goto(`/overview?${query}`);
    await expect(this.page.getByRole('heading', { name: 'Overview', level: 1 })).toBeAttached();
    await expect(this.card('Namespaces').getByRole('link').first()).toBeVisible();
    await expect(this.page.getByRole('status', { name: /^Loading/ })).toHaveCount(0);
  }

  card(title: string): Locator {
    return this.cards.filter({ has: this.page.getByRole('heading', { name: title, exact: true, level: 2 }) });
  }

  /** A mark of a chart by what is read out of it. */
  mark(card: string, name: RegExp): Locator {
    return this.card(card).getByRole('link', { name });
  }
}
