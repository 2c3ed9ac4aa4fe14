import { expect, test } from '../test.js';

const DENIED = { source: 'checkoutservice', dest: 'ledger', port: 8443 };

test('the details of a flow: what was seen of it, to the letter', async ({ context, page, flows }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await flows.open();
  await flows.openLine(flows.line(DENIED));

  await expect(flows.details.getByRole('list', { name: 'Source labels' })).toContainText('version=v2');
  await expect(flows.fact('Source IPs')).toContainText('10.244.');
  await expect(flows.fact('Nodes')).toContainText('worker-');

  await flows.details.getByText('Raw JSON').click();
  await flows.details.getByRole('button', { name: 'Copy JSON' }).click();
  const copied: { verdict: string; flows: readonly unknown[] } = JSON.parse(
    await page.evaluate(() => navigator.clipboard.readText()),
  );
  expect(copied.verdict).toBe('deny');
  expect(copied.flows).toHaveLength(2);

  await flows.fixes.first().getByRole('button', { name: 'Copy YAML' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('kind: NetworkPolicy');
});

test('the stream goes on beside open details, and they follow it', async ({ flows }) => {
  await flows.open();
  await flows.openLine(flows.line(DENIED));
  const attempts = async () => Number(/(\d+) attempts/.exec((await flows.details.textContent()) ?? '')?.[1]);
  await expect(flows.details).toContainText(/\d+ attempts/);
  const before = await attempts();
  await expect.poll(attempts, { timeout: 30_000 }).toBeGreaterThan(before);
});

test('the back button closes what was opened, and forward opens it again', async ({ page, flows }) => {
  await flows.open();
  await flows.openLine(flows.line(DENIED));
  await expect(flows.headline).toContainText('Denied at ledger');
  await page.goBack();
  await expect(flows.details).toBeHidden();
  await page.goForward();
  await expect(flows.headline).toContainText('Denied at ledger');
});

test('an allowed flow says which rule allowed it', async ({ flows }) => {
  await flows.open('filter=source.workload=checkoutservice+dest.workload=emailservice');
  await flows.openLine(flows.lines().first());
  await expect(flows.headline).toContainText('emailservice');
  await expect(flows.details.getByRole('heading', { name: /Smallest change|^Fix/ })).toHaveCount(0);
});

test('"flows like this" leaves the same two ends and port', async ({ flows }) => {
  await flows.open();
  await flows.openLine(flows.line(DENIED));
  await flows.details.getByRole('button', { name: 'Flows like this' }).click();
  await expect(flows.lines()).toHaveCount(1);
  await expect(flows.line(DENIED)).toBeVisible();
});
