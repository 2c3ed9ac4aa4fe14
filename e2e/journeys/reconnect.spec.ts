import { expect, test } from '../test.js';

test('the page goes on by itself after the server was killed and came back', async ({ stack, flows }) => {
  await flows.open('filter=verdict=deny');
  const denied = flows.line({ source: 'checkoutservice', dest: 'ledger', port: 8443 });
  await expect(denied).toBeVisible();
  await expect(flows.liveChip).toHaveAccessibleName(/^Live/);

  await stack.crash();
  await expect(flows.liveChip).toHaveAccessibleName(/^Reconnecting/);
  // What was known stays on screen.
  await expect(denied).toBeVisible();

  await stack.restart();
  await expect(flows.liveChip).toHaveAccessibleName(/^Live/, { timeout: 30_000 });
  await expect(denied).toHaveCount(1);
  await expect(flows.cell(denied, 'seen')).toHaveText(/^(now|1?\ds)$/);
});
