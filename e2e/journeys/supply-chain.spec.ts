import { SCENARIOS } from '@vibrissa/simulator';
import { expect, test } from '../test.js';

test.use({ scenario: 'supply-chain' });

test('who phones out, where to, how much, how to stop it, and what else it tried', async ({
  page,
  flows,
}) => {
  await flows.open();
  await flows.quickFilter('Leaves the cluster').click();
  await expect.poll(() => flows.query().get('filter')).toMatch(/^dest\.kind=network,network-set not /);
  const call = flows.line({ source: 'recommendationservice', dest: 'cdn-metrics.example.net', port: 443 });
  await expect(flows.cell(call, 'dest')).toContainText('new');
  await expect(flows.lines().filter({ has: page.getByText('new', { exact: true }) })).toHaveCount(1);

  await flows.openLine(call);
  await expect(flows.headline).toContainText('recommendationservice may call cdn-metrics.example.net');
  await expect(flows.details).toContainText('new destination');
  await expect(flows.details).toContainText('203.0.113.66');
  await expect(flows.details).toContainText('never seen before');
  await expect(flows.fact('Sent out')).toContainText(/\d [kM]B/);
  const quarantine = flows.details.getByRole('region', { name: 'Quarantine policy as YAML' });
  await expect(quarantine).toContainText('kind: GlobalNetworkPolicy');
  await expect(quarantine).toContainText('app == "recommendationservice"');

  const cutOff = flows.details.getByRole('table', { name: 'Observed connections it would cut off' });
  await expect(cutOff).toContainText('cdn-metrics.example.net');

  await flows.details.getByRole('button', { name: 'All flows of recommendationservice' }).click();
  const denied = SCENARIOS['supply-chain'].findings.filter(({ kind }) => kind === 'denied');
  for (const { dest, port } of denied) {
    const tried = flows.line({ source: 'recommendationservice', dest: dest.split('/')[1] ?? '', port });
    await expect(tried).toContainText('Denied');
  }
});
