import { SCENARIOS } from '@vibrissa/simulator';
import { FlowsPage } from '../pages/FlowsPage.js';
import { expect, test } from '../test.js';

test.use({ scenario: 'broken-rollout' });

const [finding] = SCENARIOS['broken-rollout'].findings;

test('why orders fail: the denied call, the policy behind it and what would allow it', async ({
  page,
  flows,
}) => {
  await flows.open();
  await expect(flows.demo).toContainText('broken-rollout');

  // What is denied stands first, before anyone has asked.
  const first = flows.lines().first();
  await expect(first).toContainText('Denied');
  await expect(flows.cell(first, 'source')).toContainText('checkoutservice');
  await expect(flows.cell(first, 'dest')).toContainText('ledger');
  await expect(flows.cell(first, 'service')).toContainText(String(finding?.port));
  await expect(flows.cell(first, 'policy')).toContainText(finding?.policy?.name ?? '');

  await flows.quickFilter('Denied').click();
  await expect.poll(() => flows.query().get('filter')).toBe('verdict=deny');
  await expect(flows.lines()).toHaveCount(1);

  await flows.openLine(flows.lines().first());
  await expect(flows.headline).toContainText(
    'Denied at ledger on ingress: selected by default-deny (tier security',
  );
  await expect(flows.headline).toContainText(
    'the nearest was rule 1 of ledger-access, which wants port 8080, the flow used 8443',
  );
  await expect(flows.side('Leaving checkoutservice')).toContainText('Allowed');
  await expect(flows.side('Arriving at ledger')).toContainText('Denied');
  await expect(flows.side('Arriving at ledger')).toContainText(
    'selected by default-deny in tier security, no rule matched, so the tier denies',
  );
  const why = await flows.openWhy();
  const nearest = why.getByRole('listitem').filter({ hasText: 'nearest' }).last();
  await expect(nearest).toContainText('wants port 8080, the flow has 8443');

  // The least that lets it through, and what else that would do.
  const least = flows.fixes.first();
  await expect(least).toContainText('Let rule 1 of ledger-access accept tcp 8443 too');
  await expect(least).toContainText('allows nothing else observed');
  await expect(least.getByRole('region', { name: /^Change as diff: 1 line added/ })).toContainText('8443');
  await least.getByRole('button', { name: 'YAML', exact: true }).click();
  const change = flows.details.getByRole('region', { name: 'Policy as YAML' });
  await expect(change).toContainText('kind: NetworkPolicy');
  await expect(change).toContainText('namespace: payments');
  await expect(change).toContainText('- 8443');

  // Reading it does not stop the stream.
  await expect(flows.liveChip).toHaveAccessibleName(/^Live/);

  // The address says it all: another reader sees the same.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect(new FlowsPage(other).headline).toContainText('Denied at ledger');
});
