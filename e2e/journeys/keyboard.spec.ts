import { expect, test } from '../test.js';

test('a denied call is found, opened, filtered by and closed without a mouse', async ({ page, flows }) => {
  await flows.open();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(flows.details).toContainText('default-deny');
  expect(flows.query().get('row')).toContain('checkoutservice');
  await page.keyboard.press('Escape');
  await expect(flows.details).toBeHidden();

  // One cell to the right is the source.
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('f');
  await expect.poll(() => flows.query().get('filter')).toBe('source.workload=checkoutservice');
  await page.keyboard.press('Shift+F');
  await expect.poll(() => flows.query().get('filter')).toContain('source.workload!=checkoutservice');
});

test('space pauses the stream and goes on', async ({ page, flows }) => {
  await flows.open();
  await expect(flows.liveChip).toHaveAccessibleName(/^Live/);
  await page.keyboard.press('Space');
  await expect(flows.liveChip).toHaveAccessibleName(/^Paused/);
  await page.keyboard.press('Space');
  await expect(flows.liveChip).toHaveAccessibleName(/^Live/);
});

test('? explains the keys, and Escape closes it', async ({ page, flows }) => {
  await flows.open();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Help' });
  await expect(help).toBeVisible();
  await expect(help.getByText('Next and previous row')).toBeVisible();
  const href = await help.getByRole('link').first().getAttribute('href');
  expect((await page.request.get(href ?? '')).ok(), `${href} is there`).toBe(true);
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
});

test('/ goes to the filter', async ({ page, flows }) => {
  await flows.open();
  await page.keyboard.press('/');
  await expect(flows.filter).toBeFocused();
});
