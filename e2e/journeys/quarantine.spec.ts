import { test } from '../policy-test.js';
import { expect } from '../test.js';

test.use({ scenario: 'supply-chain', own: 'quarantine' });

test('a workload that phones out is cut off, and watched while it tries on', async ({
  flows,
  policies,
  cluster,
}) => {
  await flows.open();
  await flows.quickFilter('Leaves the cluster').click();
  await flows.openLine(flows.line({ source: 'recommendationservice', dest: 'cdn-metrics.example.net' }));

  // What it would cost, before it is done.
  const peers = flows.details.getByRole('table', { name: 'Observed connections it would cut off' });
  const peer = (text: string) => peers.getByRole('row').filter({ hasText: text });
  await expect(peer('cdn-metrics.example.net')).toContainText('tcp 443');
  await expect(peer('productcatalogservice')).toHaveCount(1);
  await expect(peer('frontend')).toContainText('tcp 8080');
  const quarantine = flows.details.getByRole('region', { name: 'Quarantine policy as YAML' });
  await expect(quarantine).toContainText(/action: Log[\s\S]*action: Deny/);

  await cluster.apply(flows.details, 'GlobalNetworkPolicy');
  await flows.details.getByRole('link', { name: 'Watch what it tries' }).click();
  const call = flows.line({ source: 'recommendationservice', dest: 'cdn-metrics.example.net', port: 443 });
  await expect(call).toContainText('Denied');
  await expect(flows.cell(call, 'policy')).toContainText('quarantine');
  // All that it sends is shown, and nothing of others.
  await expect.poll(() => flows.query().get('filter')).toContain('source.workload=recommendationservice');
  await expect(flows.line({ source: 'recommendationservice', dest: 'productcatalogservice' })).toContainText(
    'Denied',
  );
  await expect(flows.line({ source: 'frontend' })).toHaveCount(0);

  await policies.open();
  const card = policies.card('quarantine', 'quarantine.shop-recommendationservice');
  await expect(card).toContainText('denied');
  await policies.takeBack.click();
  await expect(cluster.notice).toContainText('Taken back');
  await expect(card).toHaveCount(0);
});
