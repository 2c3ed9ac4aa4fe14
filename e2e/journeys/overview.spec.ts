import { download } from '../downloads.js';
import { test } from '../past-test.js';
import { expect } from '../test.js';
import { LOCKED, LOCKED_TRIES, windowQuery, yesterdayAt } from '../yesterday.js';

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

test('a verdict in a bar over time leads to its calls in that step', async ({
  flows,
  overview,
  timeline,
}) => {
  await overview.open(HOUR);
  await overview
    .mark('Traffic by verdict', /: 2 denied$/)
    .nth(3)
    .click();
  await expect(flows.lines()).toHaveCount(2);
  await expect(flows.line(LOCKED)).toContainText('Denied');
  const { from, to } = timeline.shown();
  expect(from).toBeGreaterThan(yesterdayAt('14:00'));
  expect(to).toBeLessThan(yesterdayAt('15:00'));
});

test('a chart is a table, too, and a picture and a file', async ({ page, overview }) => {
  await overview.open(HOUR);
  const card = overview.card('Denied pairs');
  const save = card.getByRole('button', { name: 'Save Denied pairs' });
  await save.click();
  const picture = await download(page, page.getByRole('button', { name: 'Picture (PNG)' }));
  expect(picture.name).toMatch(/^vibrissa-denied-pairs-.*\.png$/);
  expect(picture.content.subarray(1, 4).toString()).toBe('PNG');
  await save.click();
  const numbers = await download(page, page.getByRole('button', { name: 'Numbers (CSV)' }));
  const [head, first] = numbers.content.toString().split('\r\n');
  expect(head).toMatch(/^Pair,.*Denied attempts$/);
  expect(first).toMatch(new RegExp(`^checkout → ledger,1,.*,${ATTEMPTS}$`));

  await card.getByRole('button', { name: 'Denied pairs as a table' }).click();
  const row = page
    .getByRole('table', { name: 'Denied pairs' })
    .getByRole('row', { name: /checkout → ledger/ });
  await expect(row.getByRole('cell').last()).toHaveText(String(ATTEMPTS));
});
