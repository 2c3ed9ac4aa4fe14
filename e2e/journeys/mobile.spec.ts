import { expect, test } from '../test.js';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test('on a phone a denied call is found, read and closed again', async ({ flows }) => {
  await flows.open();
  const denied = flows.lines().filter({ hasText: 'checkoutservice' }).filter({ hasText: '8443' });
  await expect(denied).toContainText('Denied');
  await denied.tap();
  await expect(flows.details).toBeVisible();
  await expect(flows.details).toContainText('default-deny');
  await flows.details.getByRole('button', { name: 'Close' }).tap();
  await expect(flows.details).toBeHidden();
});

test('nothing is wider than the phone', async ({ page, flows }) => {
  await flows.open();
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await flows.lines().first().tap();
  await expect(flows.details).toBeVisible();
  expect(await overflow()).toBeLessThanOrEqual(0);
});
