import { test as base, expect, type Page } from '@playwright/test';
import { FlowsPage } from './pages/FlowsPage.js';
import { type Stack, startKeepingStack, startStack } from './start-stack.js';

export { expect };

export interface StackOptions {
  /** What the worker's server plays; a journey says it with `test.use`. */
  scenario: string;
  /** Whether it keeps on disk what it takes in. */
  keeps: boolean;
  /** Names a server that only one file has: what it changes there, no other journey sees. */
  own: string;
}

/** What each journey gets. */
export interface Fixtures {
  readonly flows: FlowsPage;
}

/** What the journeys of a worker share. */
export interface WorkerFixtures extends StackOptions {
  readonly stack: Stack;
}

/** The journeys' `test`: with a server of its own that plays `scenario`, and page objects. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  scenario: ['broken-rollout', { option: true, scope: 'worker' }],
  keeps: [false, { option: true, scope: 'worker' }],
  own: ['', { option: true, scope: 'worker' }],

  stack: [
    async ({ scenario, keeps }, use) => {
      const stack = await (keeps ? startKeepingStack(scenario) : startStack(scenario));
      await use(stack);
      await stack.stop();
    },
    { scope: 'worker' },
  ],

  baseURL: ({ stack }, use) => use(stack.url),

  page: async ({ page, stack }, use) => {
    const faults = watchFaults(page, stack.url);
    await use(page);
    expect(
      faults,
      'no script error, nothing the security policy stops, nobody called but the server',
    ).toEqual([]);
  },

  flows: ({ page }, use) => use(new FlowsPage(page)),
});

/** Collects what must never happen on any page; the list grows as it happens. */
function watchFaults(page: Page, home: string): readonly string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (/^(https?|wss?):/.test(url) && new URL(url).host !== new URL(home).host) faults.push(`calls ${url}`);
  });
  return faults;
}
