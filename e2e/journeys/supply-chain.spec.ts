import { expect, test } from '../test.js';

test.use({ scenario: 'supply-chain' });

test('who phones out, where to, how much, and what else it tried', async ({ flows }) => {
  await flows.open();
  await flows.quickFilter('Leaves the cluster').click();
  const call = flows.line({ source: 'recommendationservice', dest: 'cdn-metrics.example.net', port: 443 });
  await expect(call).toContainText('new');
  await expect(flows.lines().filter({ hasText: 'new' })).toHaveCount(1);
  await expect(flows.cell(call, 'bytes')).toContainText(/[kM]B/);

  await flows.openLine(call);
  await expect(flows.details).toContainText('203.0.113.66');
  await expect(flows.details).toContainText('GlobalNetworkPolicy');

  await flows.details
    .getByRole('button', { name: /all flows of/i })
    .first()
    .click();
  await expect(flows.line({ source: 'recommendationservice', dest: 'card-vault', port: 8200 })).toContainText(
    'Denied',
  );
});
