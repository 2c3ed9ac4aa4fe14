import { test } from '../past-test.js';
import { expect } from '../test.js';
import { LOCKED, LOCKED_TRIES, windowQuery } from '../yesterday.js';

const HOUR = windowQuery('14:00', '15:00');
const ATTEMPTS = LOCKED_TRIES * 4 * 60;

test('a bar of the denied pairs leads to the table, which has the same number', async ({
  flows,
  overview,
}) => {
  await overview.open(HOUR);
  await overview.mark('Denied pairs', new RegExp(`^checkout → ledger: ${ATTEMPTS} denied attempts`)).click();
  await expect(flows.lines()).toHaveCount(1);
  const line = flows.line(LOCKED);
  await expect(line).toContainText('Denied');
  await flows.openLine(line);
  await expect(flows.fact('Denied')).toContainText(String(ATTEMPTS));
});

test('a headline and a namespace lead to as many connections as they say', async ({
  page,
  flows,
  overview,
}) => {
  await overview.open(`${HOUR}&filter=namespace=shop`);
  const headlines = page.getByRole('list', { name: 'In short' });
  await expect(headlines.getByRole('link', { name: /^Denied/ })).toContainText('2');
  await headlines.getByRole('link', { name: /^Denied/ }).click();
  await expect(flows.lines()).toHaveCount(2);

  await page.goBack();
  const amount = overview.card('Namespaces').getByRole('link', { name: /^shop, connections: 5$/ });
  await amount.click();
  await expect(flows.lines()).toHaveCount(5);
});

test('a chart is a table, too, and a file', async ({ page, overview }) => {
  await overview.open(HOUR);
  const card = overview.card('Denied pairs');
  await card.getByRole('button', { name: 'Denied pairs as a table' }).click();
  const row = card.getByRole('row', { name: /checkout → ledger/ });
  await expect(row.getByRole('cell')).toContainText(['1', String(ATTEMPTS)].map((text) => new RegExp(text)));
  await expect(page.getByRole('table', { name: /Denied pairs/ })).toBeVisible();
});
