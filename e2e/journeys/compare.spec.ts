import { test } from '../past-test.js';
import { expect } from '../test.js';
import { windowQuery } from '../yesterday.js';

test('what changed at 14:00: what was allowed and is denied since leads', async ({
  page,
  flows,
  comparison,
}) => {
  await flows.open(`${windowQuery('14:00', '15:00')}&filter=namespace=shop`);
  await comparison.with('The window before');
  await expect(comparison.windows).toHaveText('yesterday 14:00 – 15:00compared withyesterday 13:00 – 14:00');

  const first = comparison.parts.first();
  await expect(first.getByRole('heading')).toHaveText('Was allowed, is denied since 1');
  const locked = comparison.changesIn(first);
  await expect(locked).toHaveCount(1);
  await expect(locked).toContainText('checkout');
  await expect(locked).toContainText(
    'Was allowed by ledger-access, is denied by ledger-lockdown since yesterday 14:00:00',
  );
  await expect(comparison.changesIn(comparison.part('New, and denied'))).toContainText('probe');
  await expect(comparison.changesIn(comparison.part('Gone'))).toContainText('legacy');
  await expect(comparison.changesIn(comparison.part('Far more or less traffic'))).toContainText('×10');
  // What goes on as before is no change.
  await expect(comparison.pane).not.toContainText('frontend');

  await locked.getByRole('button').click();
  const both = flows.details.getByRole('table');
  await expect(both.getByRole('row', { name: /^Decided by/ })).toContainText('ledger-access');
  await expect(both.getByRole('row', { name: /^Decided by/ })).toContainText('ledger-lockdown');
  await expect(both.getByRole('row', { name: /^Denied/ })).toContainText('720');

  await page.reload();
  await expect(comparison.parts.first()).toContainText('Was allowed, is denied since');
  await comparison.pane.getByRole('button', { name: 'Flows' }).click();
  await expect(flows.lines().first()).toContainText('Denied');
});

test('a kind of change is left out and let in again', async ({ page, comparison }) => {
  await page.goto(`/?${windowQuery('14:00', '15:00')}&filter=namespace=shop&compare=before`);
  const gone = comparison.part('Gone');
  await expect(gone).toBeVisible();
  const kind = page.getByRole('group', { name: 'Kinds of change' }).getByRole('button', { name: 'Gone 1' });
  await kind.click();
  await expect(gone).toHaveCount(0);
  await kind.click();
  await expect(gone).toBeVisible();
});

test('two windows of one traffic have no difference', async ({ page }) => {
  await page.goto(`/?${windowQuery('14:30', '14:40')}&filter=namespace=shop&compare=before`);
  await expect(page.getByRole('heading', { name: 'Nothing has changed' })).toBeVisible();
});
