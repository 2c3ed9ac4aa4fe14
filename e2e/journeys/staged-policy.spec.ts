import { SCENARIOS } from '@vibrissa/simulator';
import { expect, test } from '../test.js';

test.use({ scenario: 'staged-lockdown' });

test('whom a staged policy would cut off, while everything is still allowed', async ({ page, flows }) => {
  await flows.open();
  await flows.quickFilter('Would be denied').click();

  const { findings } = SCENARIOS['staged-lockdown'];
  await expect(flows.lines()).toHaveCount(findings.length);
  for (const { source, port } of findings) {
    const line = flows.line({ source: source.split('/')[1] ?? '', dest: 'orders-db', port });
    await expect(line).toContainText('Would deny');
    await expect(flows.cell(line, 'policy')).toContainText('lockdown-data');
    await expect(flows.cell(line, 'policy')).toContainText('staged');
  }

  await flows.openLine(flows.line({ source: 'prometheus', dest: 'orders-db', port: 9187 }));
  await expect(flows.headline).toContainText('Allowed today. Once lockdown-data (staged, tier security');
  const arriving = flows.side('Arriving at orders-db');
  await expect(arriving.first()).toContainText('Would be denied');
  await flows.details.getByRole('button', { name: 'Today' }).click();
  await expect(arriving.first()).toContainText('Allowed');
  // What would keep it allowed stays staged.
  const least = flows.fixes.first();
  await least.getByRole('button', { name: 'YAML', exact: true }).click();
  await expect(least.getByRole('region', { name: 'Policy as YAML' })).toContainText(
    'kind: StagedNetworkPolicy',
  );

  await page.keyboard.press('Escape');
  await flows.quickFilter('Denied').click();
  await expect(page.getByRole('heading', { name: 'No flow matches this filter' })).toBeVisible();
});
