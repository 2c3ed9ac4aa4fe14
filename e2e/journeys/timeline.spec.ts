import { test } from '../past-test.js';
import { expect } from '../test.js';
import { windowQuery, yesterdayAt } from '../yesterday.js';

const HOUR = 3_600_000;
/** ms of a bar of the strip around an hour. */
const BAR = 120_000;
const WINDOW = { from: yesterdayAt('14:00'), to: yesterdayAt('15:00') };
const QUERY = `${windowQuery('14:00', '15:00')}&filter=namespace=times`;

const between = (from: string, to: string) => ({ from: yesterdayAt(from), to: yesterdayAt(to) });

test('dragging chooses a stretch, moves it and moves its edges; the table follows', async ({
  flows,
  timeline,
}) => {
  await flows.open(QUERY);
  await timeline.expectOnStrip(WINDOW);
  await expect(flows.lines()).toHaveCount(3);

  // From beside the window into it.
  await timeline.drag(yesterdayAt('13:40'), yesterdayAt('14:10'), between('13:40', '14:10'));
  await expect(flows.lines()).toHaveCount(1);
  await expect(flows.line({ source: 'early' })).toBeVisible();

  // By its middle.
  await timeline.drag(yesterdayAt('13:55'), yesterdayAt('14:25'), between('14:10', '14:40'));
  await expect(flows.lines()).toHaveCount(2);
  await expect(flows.line({ source: 'middle' })).toBeVisible();

  // By its edges.
  await timeline.drag(yesterdayAt('14:40'), yesterdayAt('14:50'), between('14:10', '14:50'));
  await expect(flows.lines()).toHaveCount(3);
  await timeline.drag(yesterdayAt('14:10'), yesterdayAt('14:42'), between('14:42', '14:50'));
  await expect(flows.lines()).toHaveCount(1);
  await expect(flows.line({ source: 'late' })).toBeVisible();
});

test('the wheel zooms, shift pans, and a double click shows the window again', async ({
  flows,
  timeline,
}) => {
  await flows.open(QUERY);
  await timeline.expectOnStrip(WINDOW);
  const whole = await timeline.span();

  await timeline.wheel(yesterdayAt('14:30'), -300);
  await expect.poll(async () => lengthOf(await timeline.span())).toBeLessThan(lengthOf(whole) * 0.75);
  await timeline.wheel(yesterdayAt('14:30'), 600);
  await expect.poll(async () => lengthOf(await timeline.span())).toBeGreaterThan(lengthOf(whole));
  await timeline.doubleClick(yesterdayAt('14:30'));
  await expect.poll(() => timeline.span()).toEqual(whole);

  await timeline.pan(yesterdayAt('14:00'), yesterdayAt('14:30'));
  // It shows whole bars, so as much as before but for one.
  const moved = async () => Math.abs(whole.from - (await timeline.span()).from - HOUR / 2);
  await expect.poll(moved).toBeLessThanOrEqual(BAR);
  expect(Math.abs(lengthOf(await timeline.span()) - lengthOf(whole))).toBeLessThanOrEqual(BAR);

  // The strip was moved, not the window.
  expect(timeline.shown()).toEqual(WINDOW);
  await expect(flows.lines()).toHaveCount(3);
});

test('keys do the same on the window and its edges', async ({ page, flows, timeline }) => {
  await flows.open(QUERY);
  await timeline.expectOnStrip(WINDOW);

  await timeline.window.focus();
  await page.keyboard.press('ArrowRight');
  await timeline.expectShown({ from: WINDOW.from + BAR, to: WINDOW.to + BAR });
  await page.keyboard.press('ArrowLeft');
  await timeline.expectShown(WINDOW);
  await page.keyboard.press('Shift+ArrowLeft');
  await timeline.expectShown(between('13:00', '14:00'));
  await expect(page.getByRole('heading', { name: 'No flow matches this filter' })).toBeVisible();
  await page.keyboard.press('Shift+ArrowRight');
  await timeline.expectShown(WINDOW);

  await flows.open(`${windowQuery('14:00', '14:42')}&filter=namespace=times`);
  await timeline.expectOnStrip(between('14:00', '14:42'));
  await expect(flows.lines()).toHaveCount(3);
  await timeline.end.focus();
  await page.keyboard.press('ArrowLeft');
  await timeline.expectShown(between('14:00', '14:40'));
  await expect(flows.lines()).toHaveCount(2);
  await timeline.start.focus();
  await page.keyboard.press('ArrowRight');
  await timeline.expectShown(between('14:02', '14:40'));

  await timeline.window.focus();
  const whole = await timeline.span();
  await page.keyboard.press('ArrowUp');
  await expect.poll(async () => lengthOf(await timeline.span())).toBeLessThan(lengthOf(whole));
  const zoomed = await timeline.span();
  await page.keyboard.press('PageUp');
  await expect.poll(async () => (await timeline.span()).from).toBeLessThan(zoomed.from);
  await page.keyboard.press('Home');
  await timeline.expectShown(between('14:02', '14:40'));
  await expect.poll(async () => lengthOf(await timeline.span())).toBeGreaterThan(lengthOf(zoomed));
});

function lengthOf({ from, to }: { readonly from: number; readonly to: number }): number {
  return to - from;
}
