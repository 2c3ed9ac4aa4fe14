import type { Browser } from '@playwright/test';
import { FlowsPage } from '../pages/FlowsPage.js';
import { test } from '../past-test.js';
import { expect } from '../test.js';
import { LOCKED, windowQuery, yesterdayAt, ZONE } from '../yesterday.js';

const VIEW = `${windowQuery('14:00', '15:00')}&filter=verdict=deny+dest.namespace=payments&by=workload`;

/** A page of a reader who has never been here. */
async function anotherReader(browser: Browser, baseURL: string | undefined) {
  const context = await browser.newContext({ timezoneId: ZONE, ...(baseURL !== undefined && { baseURL }) });
  return context.newPage();
}

test.afterEach(async ({ page }) => {
  const reply = await page.request.get('/api/v1/views');
  const { views }: { views: readonly { id: string }[] } = await reply.json();
  for (const { id } of views) await page.request.delete(`/api/v1/views/${id}`);
});

test('a saved view is another reader’s by its link', async ({
  page,
  context,
  browser,
  baseURL,
  flows,
  views,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await flows.open(VIEW);
  await views.save('Locked out');
  await expect(views.menu).toHaveAccessibleName('Saved views: Locked out');
  await views.panel.getByRole('button', { name: 'Copy the link to Locked out' }).click();
  await expect(views.panel.getByRole('status').filter({ hasText: 'Link copied' })).toBeAttached();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(new URL(link).search).toBe('?view=locked-out');

  const other = await anotherReader(browser, baseURL);
  await other.goto(link);
  const theirs = new FlowsPage(other);
  await expect(theirs.lines()).toHaveCount(2);
  await expect(theirs.line({ source: LOCKED.source, dest: LOCKED.dest })).toBeVisible();
  expect(theirs.query().get('from')).toBe(String(yesterdayAt('14:00')));
  expect(theirs.query().get('by')).toBe('workload');
  await other.context().close();
});

test('a view that is shown first is what the bare address shows', async ({
  browser,
  baseURL,
  flows,
  views,
}) => {
  await flows.open(VIEW);
  await views.save('Payments');
  await views.panel.getByRole('button', { name: 'Show Payments first at the bare address' }).click();
  await expect(views.view('Payments')).toContainText('shown first');

  const other = await anotherReader(browser, baseURL);
  await other.goto('/');
  const theirs = new FlowsPage(other);
  await expect(theirs.lines()).toHaveCount(2);
  expect(theirs.query().get('filter')).toBe('verdict=deny dest.namespace=payments');

  await views.panel.getByRole('button', { name: 'Delete Payments' }).click();
  await expect(views.panel.getByRole('button', { name: 'Undo' })).toBeVisible();
  await other.goto('/?view=payments');
  await expect(other.getByText('There is no saved view “payments” any more')).toBeVisible();
  await other.context().close();
});
