import type { Page } from '@playwright/test';
export class FlowsPage {
  constructor(readonly page: Page) {}
}
