import { SCENARIOS } from '@vibrissa/simulator';
import { test } from '../policy-test.js';
import { expect } from '../test.js';

test.use({ scenario: 'staged-lockdown', own: 'staged' });

const { findings } = SCENARIOS['staged-lockdown'];
const names = findings.map(({ source, dest, port }) => ({
  source: source.split('/')[1] ?? '',
  dest: dest.split('/')[1] ?? '',
  port,
}));

test('a staged policy is looked at, its enforcement predicted, made and taken back', async ({
  page,
  flows,
  policies,
  editor,
  cluster,
}) => {
  await policies.open();
  await expect(policies.card('security', 'lockdown-data')).toContainText('would be denied');
  await policies.openCard('security', 'lockdown-data');
  await expect(policies.policy).toContainText('staged');
  await expect(policies.fact('Would be denied')).toHaveText(/^[1-9]/);
  await expect(policies.rules.filter({ hasText: 'No rule matched' })).toContainText(/[1-9]\d* denied/);

  // What it would deny is said before it denies it: these two, and nobody else.
  await page.getByRole('link', { name: 'Enforce' }).click();
  await expect(editor.direction('Newly denied')).toHaveAccessibleName(
    new RegExp(`^Newly denied ${names.length} `),
  );
  await expect(editor.changes('Newly denied')).toHaveCount(names.length);
  for (const { source, dest, port } of names) {
    const change = editor.changes('Newly denied').filter({ hasText: source });
    await expect(change).toContainText(dest);
    await expect(change).toContainText(`tcp ${port}`);
    await expect(change).toContainText('selected by lockdown-data in tier security, no rule matched');
  }
  await expect(editor.direction('Newly allowed')).toBeDisabled();
  await expect(editor.direction('Uncertain')).toBeDisabled();
  await expect(editor.result).toContainText('The data plane says the same');

  await cluster.apply(page.getByRole('main'), 'data/lockdown-data was put into force');
  await expect(page.getByRole('main')).toContainText('It is in force now.');
  await flows.open('filter=verdict=deny');
  for (const { source, dest, port } of names) {
    const line = flows.line({ source, dest, port });
    await expect(line).toContainText('Denied');
    await expect(flows.cell(line, 'policy')).toContainText('lockdown-data');
  }
  await expect(flows.lines()).toHaveCount(names.length);

  await policies.open();
  await expect(policies.card('security', 'lockdown-data')).not.toContainText('would be denied');
  await policies.takeBack.click();
  await expect(cluster.notice).toContainText('Taken back');
  await expect(policies.card('security', 'lockdown-data')).toContainText('would be denied');
});
