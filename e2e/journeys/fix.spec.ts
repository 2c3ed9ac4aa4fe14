import { expect, test } from '../test.js';

const CALL = { source: 'checkoutservice', dest: 'ledger', port: 8443 };

test('a fix is applied in the demo, the call gets through, and it is taken back', async ({ flows }) => {
  // Denials leave a short window soon, though a bucket has to end first.
  test.setTimeout(120_000);
  await flows.open('last=30s&filter=source.workload=checkoutservice+dest.workload=ledger');
  const call = flows.line(CALL);
  await expect(call).toContainText('Denied');
  await flows.openLine(call);
  await flows.fixes.getByRole('button', { name: 'Apply in the demo' }).first().click();
  await expect(flows.applied).toContainText('ledger-access');
  await expect(flows.details).toContainText('The policies in force allow it now');
  await expect(call).toContainText('Allowed', { timeout: 90_000 });
  await expect(flows.headline).toContainText('checkoutservice may call ledger');

  await flows.applied.getByRole('button', { name: 'Take back' }).click();
  await expect(flows.applied).toContainText('Taken back');
  await expect(call).toContainText('Denied', { timeout: 30_000 });
});

test('a fix is tried in the editor first', async ({ page, flows }) => {
  await flows.open();
  await flows.openLine(flows.line(CALL));
  await flows.fixes.getByRole('button', { name: 'Try in editor' }).first().click();
  await expect(page).toHaveURL(/\/policies\?try=new/);
  await expect(page.getByRole('main')).toContainText('ledger-access');
});
