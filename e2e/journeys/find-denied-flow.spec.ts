import { SCENARIOS } from '@vibrissa/simulator';
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
  await expect(flows.cell(first, 'source')).toHaveText(/shop\/checkoutservice/);
  await expect(flows.cell(first, 'dest')).toHaveText(/payments\/ledger/);
  await expect(flows.cell(first, 'service')).toContainText(String(finding?.port));
  await expect(flows.cell(first, 'policy')).toContainText(finding?.policy?.name ?? '');

  await flows.quickFilter('Denied').click();
  await expect.poll(() => flows.query().get('filter')).toBe('verdict=deny');
  await expect(flows.lines()).toHaveCount(1);

  await flows.openLine(flows.lines().first());
  await expect(flows.details.getByRole('heading').first()).toContainText('default-deny');
  await expect(flows.details).toContainText('no rule');
  await expect(flows.details).toContainText(/selected by default-deny in tier security/i);
  await expect(flows.details).toContainText('kind: NetworkPolicy');
  await expect(flows.details).toContainText('8443');

  // Reading it does not stop the stream.
  await expect(flows.liveChip).toHaveAccessibleName(/^Live,/);

  // The address says it all: another reader sees the same.
  const shared = await page.context().newPage();
  await shared.goto(page.url());
  await expect(shared.getByRole('complementary', { name: 'Flow details' })).toContainText('default-deny');
});
