import { download } from '../downloads.js';
import { FlowsPage } from '../pages/FlowsPage.js';
import { test } from '../past-test.js';
import { send } from '../records.js';
import { startKeepingStack } from '../start-stack.js';
import { expect } from '../test.js';
import { windowQuery, ZONE } from '../yesterday.js';

/** From the first of it all, so that another server sees nothing later than this one. */
const WINDOW = windowQuery('13:00', '14:30');
const QUERY = `${WINDOW}&filter=-namespace=steps`;
/** All calls of yesterday but one, and but for the steps. */
const LINE_COUNT = 8;
interface Line extends Readonly<Record<string, unknown>> {
  readonly flows: readonly Readonly<Record<string, unknown>>[];
}

/** What the API says of the window: its lines, without the numbers by which each server calls them, bars and sums. */
async function answers(url: string): Promise<unknown> {
  const ask = async (what: string) => {
    const reply = await fetch(new URL(`/api/v1/${what}&${QUERY}`, url));
    expect(reply.ok, what).toBe(true);
    return JSON.parse(await reply.text());
  };
  const { total, flows }: { total: number; flows: readonly Line[] } = await ask('flows?groupBy=connection');
  const unnamed = ({ id: _, ...rest }: Readonly<Record<string, unknown>>) => rest;
  const lines = flows.map((line) => JSON.stringify({ ...unnamed(line), flows: line.flows.map(unnamed) }));
  const { points } = await ask('series?step=60000');
  const { sum, rows } = await ask('top?by=source.workload&measure=bytes');
  return { total, lines: lines.toSorted(), points, sum, rows };
}

/** What the page says of the window. */
async function told(flows: FlowsPage) {
  const rows = await flows.lines().allInnerTexts();
  return { rows: rows.toSorted(), count: await flows.count.textContent() };
}

test('what is exported and sent to another server is the same there', async ({
  page,
  browser,
  stack,
  flows,
}) => {
  await flows.open(QUERY);
  await expect(flows.lines()).toHaveCount(LINE_COUNT);
  await page.getByRole('button', { name: 'Export' }).click();
  const menu = page.getByRole('dialog', { name: 'Export' });
  await expect(menu).toContainText('Yesterday 13:00 – 14:30');
  const { name, content } = await download(page, menu.getByRole('link', { name: /^NDJSON/ }));
  const text = content.toString();
  expect(name).toMatch(/^vibrissa-flows-\w+-\w+\.ndjson$/);
  const records = text.trimEnd().split('\n');

  const other = await startKeepingStack('off');
  try {
    const context = await browser.newContext({ baseURL: other.url, timezoneId: ZONE });
    expect(await send(other.url, text)).toMatchObject({ accepted: records.length });
    const there = await context.newPage();
    const theirs = new FlowsPage(there);
    await theirs.open(QUERY);
    await expect(theirs.lines()).toHaveCount(LINE_COUNT);
    expect(await told(theirs)).toEqual(await told(flows));
    expect(await answers(other.url)).toEqual(await answers(stack.url));

    // And what that one exports is what it was given.
    const again = await fetch(new URL(`/api/v1/export?format=ndjson&${QUERY}`, other.url));
    expect((await again.text()).trimEnd().split('\n').toSorted()).toEqual(records.toSorted());
    await context.close();
  } finally {
    await other.stop();
  }
});

test('a narrowed view is exported as it is narrowed, for spreadsheets too', async ({ page, flows }) => {
  await flows.open(`${windowQuery('14:00', '14:30')}&filter=verdict=deny+port=8443`);
  await expect(flows.lines()).toHaveCount(1);
  await page.getByRole('button', { name: 'Export' }).click();
  const link = page.getByRole('dialog', { name: 'Export' }).getByRole('link', { name: /^CSV/ });
  const { name, content } = await download(page, link);
  expect(name).toMatch(/\.csv$/);
  const [head = '', ...lines] = content.toString().trimEnd().split('\r\n');
  const columns = head.split(',');
  const cells = (line: string) => {
    const values = line.split(',');
    return ['verdict', 'dest_name', 'connections_started'].map((column) => values[columns.indexOf(column)]);
  };
  // A bucket each for half an hour.
  expect(lines.map(cells)).toEqual(Array.from({ length: 120 }, () => ['deny', 'ledger-*', '3']));
});
