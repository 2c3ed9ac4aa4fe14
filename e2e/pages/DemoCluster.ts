import { expect, type Locator, type Page } from '@playwright/test';

/** What is done to the policies of the simulated cluster, from whichever page. */
export class DemoCluster {
  /** What was done last. */
  readonly notice: Locator;

  constructor(page: Page) {
    this.notice = page.getByRole('complementary', { name: 'Demo cluster' });
  }

  /** Applies the change that `place` shows; `done` is what the page says of it. */
  async apply(place: Locator, done: string): Promise<void> {
    await place.getByRole('button', { name: 'Apply in the demo' }).click();
    await expect(this.notice).toContainText('Applied');
    await expect(this.notice).toContainText(done);
  }

  /** Takes back all that was applied. */
  async takeBack(): Promise<void> {
    await this.notice.getByRole('button', { name: 'Take back' }).click();
    await expect(this.notice).toContainText('Taken back');
  }
}
