import { startStack } from '../start-stack.js';
import { expect, test } from '../test.js';
import { TestRelay } from '../test-relay.js';

test('a source that is down is said so with its next try; once it is there its flows are', async ({
  browser,
}) => {
  const relay = await TestRelay.away();
  const stack = await startStack('off', { VIBRISSA_HUBBLE: `relay=${relay.address}` });
  const page = await browser.newPage({ baseURL: stack.url });
  try {
    await page.goto('/');
    const stat = page.getByRole('button', { name: /relay down/ });
    await expect(stat).toBeVisible();
    await stat.click();
    const sources = page.getByRole('dialog', { name: 'Sources' });
    const line = sources.getByRole('listitem').filter({ hasText: 'relay' });
    await expect(line).toContainText('Hubble');
    await expect(line).toContainText(/Down for .* next try in \d/);

    await relay.come();
    await expect(line).toContainText('Live', { timeout: 40_000 });
    await expect(page.getByRole('button', { name: /down/ })).toHaveCount(0);
    await page.keyboard.press('Escape');
    const flow = page.getByRole('grid', { name: 'Flows' }).getByRole('row').filter({ hasText: 'db-0' });
    await expect(flow).toContainText('web');

    await relay.go();
    await expect(page.getByRole('button', { name: /relay down/ })).toBeVisible();
    // What was seen stays.
    await expect(flow).toBeVisible();
  } finally {
    await page.close();
    await stack.stop();
    await relay.go();
  }
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('sources, rate and loss are one button away', async ({ page, flows }) => {
    await flows.open();
    await page.getByRole('button', { name: 'Status' }).tap();
    const status = page.getByRole('dialog', { name: 'Status' });
    await expect(status).toContainText('Nothing has sent flows');
    await expect(status).toContainText('records/s');
    await expect(status).toContainText('Records not shown');
    const box = await status.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
  });
});
