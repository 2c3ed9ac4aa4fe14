import { test } from '../past-test.js';
import { expect } from '../test.js';
import { LOCKED, LOCKED_TRIES, windowQuery, yesterdayAt } from '../yesterday.js';

const ATTEMPTS = LOCKED_TRIES * 4 * 60;

test('the call that was denied yesterday is found by typing when', async ({ page, flows, timeline }) => {
  await page.goto('/');
  await expect(flows.liveChip).toHaveAccessibleName(/^Live/);
  // The keys of the control are there once it is.
  await expect(timeline.control).toBeVisible();
  await page.keyboard.press('t');
  await timeline.typed.fill('yesterday 14:00–15:00');
  await expect(timeline.understood).toContainText('Yesterday 14:00 – 15:00');
  await page.keyboard.press('Enter');
  await timeline.expectShown({ from: yesterdayAt('14:00'), to: yesterdayAt('15:00') });
  await expect(timeline.control).toHaveText('Yesterday 14:00 – 15:00');

  // What is denied leads, in the past as it does now.
  await flows.quickFilter('Denied').click();
  await expect.poll(() => flows.query().get('filter')).toBe('verdict=deny');
  await expect(flows.lines()).toHaveCount(2);
  const locked = flows.line(LOCKED);
  await expect(locked).toContainText('Denied');
  await expect(flows.cell(locked, 'policy')).toContainText('ledger-lockdown');
  await expect(flows.cell(locked, 'seen')).toContainText('15:00');

  await flows.openLine(locked);
  await expect(flows.headline).toContainText('ledger-lockdown');
  await expect(flows.details).toContainText(`${ATTEMPTS} attempts · Yesterday 14:00 – 15:00`);
  await expect(flows.details).toContainText('first yesterday 14:00:00');
  await expect(flows.fact('Connections tried')).toContainText(String(ATTEMPTS));
});

test('another hour of the same day is another answer, and back is one step', async ({
  page,
  flows,
  timeline,
}) => {
  await flows.open(windowQuery('13:00', '14:00'));
  await expect(flows.line(LOCKED)).toContainText('Allowed');
  await expect(flows.cell(flows.line(LOCKED), 'policy')).toContainText('ledger-access');
  await expect(flows.line({ source: 'legacy', dest: 'store' })).toBeVisible();

  await page.keyboard.press(']');
  await timeline.expectShown({ from: yesterdayAt('14:00'), to: yesterdayAt('15:00') });
  await expect(flows.line(LOCKED)).toContainText('Denied');
  await expect(flows.line({ source: 'legacy', dest: 'store' })).toHaveCount(0);

  await page.goBack();
  await timeline.expectShown({ from: yesterdayAt('13:00'), to: yesterdayAt('14:00') });
  await expect(flows.line(LOCKED)).toContainText('Allowed');

  await page.getByRole('button', { name: 'Back to live' }).click();
  await expect(flows.liveChip).toHaveAccessibleName(/^Live/);
  await expect(page.getByRole('heading', { name: /^Nothing was seen in the last / })).toBeVisible();
});

test('a time that is none is said to be none, and what may be meant is a click away', async ({
  page,
  timeline,
}) => {
  await page.goto('/');
  await timeline.control.click();
  await timeline.typed.fill('last 3 huors');
  await expect(timeline.typed).toHaveAttribute('aria-invalid', 'true');
  await timeline.understood.getByRole('button', { name: 'last 3 hours' }).click();
  await page.keyboard.press('Enter');
  await expect(timeline.control).toHaveText('Last 3 hours');
});
