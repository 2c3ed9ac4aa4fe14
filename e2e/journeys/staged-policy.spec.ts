import { SCENARIOS } from '@vibrissa/simulator';
import { expect, test } from '../test.js';

test.use({ scenario: 'staged-lockdown' });

test('whom a staged policy would cut off, while everything is still allowed', async ({ flows }) => {
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
  await expect(flows.details.getByRole('heading').first()).toContainText('lockdown-data');
  await expect(flows.details).toContainText(/Allowed today/);

  await flows.quickFilter('Would be denied').click();
  await flows.quickFilter('Denied').click();
  await expect(flows.page.getByRole('heading', { name: 'No flow matches this filter' })).toBeVisible();
});
