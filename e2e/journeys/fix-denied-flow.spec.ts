import { test } from '../policy-test.js';
import { expect } from '../test.js';

test.use({ scenario: 'broken-rollout', own: 'fix' });

test('the least fix of a denied call is applied, lets it through, and is taken back', async ({
  page,
  flows,
  policies,
  editor,
  cluster,
}) => {
  await flows.open('filter=port=8443');
  await expect(flows.lines()).toHaveCount(1);
  await expect(flows.lines()).toContainText('Denied');
  await flows.openLine(flows.lines());

  const least = flows.fixes.first();
  await expect(least).toContainText('Let rule 1 of ledger-access accept tcp 8443 too');
  await expect(least).toContainText('allows nothing else observed');
  await expect(least.getByRole('region', { name: /^Change as diff: 1 line added/ })).toContainText('- 8443');
  await least.getByRole('button', { name: 'YAML', exact: true }).click();
  await expect(least.getByRole('region', { name: 'Policy as YAML' })).toContainText('name: ledger-access');
  await expect(flows.fixes.nth(1), 'there is more than one way').toBeVisible();

  // Before it is done, what it would do to all that was seen.
  await least.getByRole('button', { name: 'Try in editor' }).click();
  await expect(editor.changes('Newly allowed')).toHaveCount(1);
  await expect(editor.changes('Newly allowed')).toContainText('checkoutservice');
  await expect(editor.direction('Newly denied')).toBeDisabled();
  await page.goBack();

  await cluster.apply(least, 'payments/ledger-access was replaced');
  await expect(flows.details).toContainText('The policies in force allow it now.');
  await expect(flows.fixes).toHaveCount(0);

  // What comes from now on; a line of connections is denied for as long as its window holds a denial.
  await flows.open('by=flow&filter=port=8443');
  const allowed = flows.line({ source: 'checkoutservice', dest: 'ledger' }).filter({ hasText: 'Allowed' });
  await expect(flows.cell(allowed.first(), 'policy')).toContainText('ledger-access');

  // The rule that was idle since the rollout is hit again.
  await policies.open();
  await policies.openCard('security', 'ledger-access');
  const rule = policies.rules.filter({ hasText: '8080 or 8443' });
  await expect(rule.getByRole('cell').last()).toHaveText(/^(just now|\d+ s ago)$/);
  await page.goBack();
  await policies.takeBack.click();
  await expect(cluster.notice).toContainText('One change was taken back');
  await expect(policies.takeBack).toBeHidden();

  // And it is denied again, as the count of attempts says that only denied calls have.
  await flows.open('filter=port=8443+verdict=deny');
  await flows.openLine(flows.lines());
  await expect(flows.fixes.first()).toContainText('accept tcp 8443 too');
  const denied = async () =>
    Number((await flows.fact('Denied').locator('dd').first().textContent())?.replace(',', ''));
  const before = await denied();
  await expect.poll(denied).toBeGreaterThan(before);
});
