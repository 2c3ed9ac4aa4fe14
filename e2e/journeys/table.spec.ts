import { expect, test } from '../test.js';

test.use({ scenario: 'broken-rollout' });

test('lines are sorted by a column, either way', async ({ page, flows }) => {
  await flows.open();
  const bytes = flows.table.getByRole('columnheader', { name: 'Service / port' });
  await bytes.getByRole('button').click();
  await expect.poll(() => flows.query().get('sort')).toMatch(/port/);
  const first = await bytes.getAttribute('aria-sort');
  expect(first).toMatch(/^(ascending|descending)$/);
  await bytes.getByRole('button').click();
  await expect(bytes).toHaveAttribute('aria-sort', first === 'ascending' ? 'descending' : 'ascending');
  await page.goBack();
  await expect(bytes).toHaveAttribute('aria-sort', first ?? '');
});

test('what a line stands for is chosen, and the address keeps it', async ({ page, flows }) => {
  await flows.open(`filter=${encodeURIComponent('source.namespace=shop dest.namespace=kube-system')}`);
  await expect(flows.lines()).not.toHaveCount(1);
  await page.getByRole('button', { name: 'Namespaces' }).click();
  await expect.poll(() => flows.query().get('by')).toBe('namespace');
  await expect(flows.lines()).toHaveCount(1);
  await page.reload();
  await expect(flows.lines()).toHaveCount(1);
  await expect(flows.line({ source: 'shop', dest: 'kube-system' })).toHaveCount(1);
});

test('a column is hidden and stays hidden', async ({ page, flows }) => {
  await flows.open();
  const header = flows.table.getByRole('columnheader', { name: 'Decided by' });
  await expect(header).toBeVisible();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Decided by' }).uncheck();
  await expect(header).toBeHidden();
  await page.reload();
  await expect(flows.lines().first()).toBeVisible();
  await expect(header).toBeHidden();
});

test('a past window is kept as it is, and a press leads back to live', async ({ page, flows }) => {
  await flows.open();
  await page.getByRole('button', { name: /^Last 15 min/ }).click();
  await page.getByRole('button', { name: 'Keep this window as it is' }).click();
  await expect.poll(() => flows.query().get('from')).toMatch(/^\d+$/);
  await expect(flows.lines().first()).toBeVisible();
  await page.getByRole('button', { name: 'Back to live' }).click();
  await expect.poll(() => flows.query().get('from')).toBeNull();
});
