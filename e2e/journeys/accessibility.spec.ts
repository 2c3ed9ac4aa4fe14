import { violations } from '../axe.js';
import { expect, test } from '../test.js';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('the flows and an open one have no faults that axe finds', async ({ page, flows }) => {
      await flows.open();
      expect(await violations(page)).toEqual([]);
      await flows.openLine(flows.line({ source: 'checkoutservice', dest: 'ledger', port: 8443 }));
      await expect(flows.details.getByRole('heading').first()).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('the list of sources and the ways to connect have none', async ({ page, flows }) => {
      await flows.open();
      await page.getByRole('button', { name: /agents/ }).click();
      await expect(page.getByRole('dialog', { name: 'Sources' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('dialog', { name: 'Sources' }).getByText('Connect a cluster').click();
      await expect(page.getByRole('dialog', { name: 'Connect a cluster' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('the help and the page without a match have none', async ({ page, flows }) => {
      await flows.open();
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog', { name: 'Help' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.goto('/?filter=namespace=nowhere');
      await expect(page.getByRole('heading', { name: 'No flow matches this filter' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('the flows have no faults that axe finds', async ({ page, flows }) => {
    await flows.open();
    expect(await violations(page)).toEqual([]);
  });
});
