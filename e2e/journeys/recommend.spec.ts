import { readFile } from 'node:fs/promises';
import { violations } from '../axe.js';
import { test } from '../policy-test.js';
import { expect } from '../test.js';

test('what a namespace needs is recommended from what was seen, with its evidence', async ({
  page,
  flows,
}) => {
  await flows.open();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(page).toHaveURL(/\/recommend/);
  await page.getByRole('button', { name: 'payments', exact: true }).click();
  const ledger = page.getByRole('region', { name: 'payments/ledger', exact: true });
  const evidence = ledger.getByRole('table', { name: 'What ledger needs, and how often' });
  await expect(evidence).toContainText('from checkoutservice in shop');
  // What was denied is not what it needs.
  await expect(evidence).not.toContainText('8443');
  await ledger.getByText('YAML', { exact: true }).click();
  await expect(ledger.getByRole('region', { name: 'Policy of ledger as YAML' })).toContainText(
    'kind: StagedKubernetesNetworkPolicy',
  );
  expect(await violations(page)).toEqual([]);

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download all' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe('policies-payments.yaml');
  expect(await readFile(await file.path(), 'utf8')).toContain('namespace: payments');

  await page.getByRole('checkbox', { name: 'Learn from denied flows too' }).check();
  await expect(evidence).toContainText('8443');

  await page.getByRole('combobox', { name: 'Workload' }).selectOption('ledger');
  await expect(page.getByText('1 workload')).toBeVisible();
  expect(new URL(page.url()).searchParams.get('recommend')).toBe('payments/ledger');
});

test('what is recommended is tried before it is applied, and would cut off nobody', async ({
  page,
  recommend,
  editor,
}) => {
  await recommend.open('payments');
  for (const name of ['card-vault', 'ledger', 'reconciler']) {
    await expect(recommend.workload(`payments/${name}`)).toContainText(`learned-${name}`);
  }
  const rules = recommend.rules('payments/ledger');
  const fromShop = rules.filter({ hasText: 'from checkoutservice in shop to port 8080/TCP' });
  await expect(fromShop).toContainText(/\d+ [kM]B/);
  await expect(fromShop).toContainText('both ends');
  await expect(rules.filter({ hasText: 'coredns' })).toContainText('53/TCP and UDP');

  // What was denied is named, with why no rule is for it.
  const ledger = recommend.workload('payments/ledger');
  await ledger.getByRole('heading', { name: 'Not covered' }).click();
  const missing = ledger.getByRole('listitem').filter({ has: page.getByRole('link', { name: /8443/ }) });
  await expect(missing).toContainText('denied');

  // In force at once, not staged: the hardest question.
  await recommend.stagedFirst.uncheck();
  await page.getByRole('button', { name: 'Calico', exact: true }).click();
  await expect(ledger).toContainText(/NetworkPolicy .*learned-ledger/);
  await expect(ledger).not.toContainText('Staged');
  await recommend.tryAll.click();
  await expect(page.getByRole('heading', { name: 'Recommended for payments' })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'It adds' })).toContainText(
    'payments/learned-ledger',
  );
  await expect(editor.result).toContainText('No verdict changes.');
  await expect(editor.direction('Newly denied')).toBeDisabled();
});

test('a template is a policy to begin with', async ({ page }) => {
  await page.goto('/recommend?recommend=payments');
  await page.getByRole('button', { name: 'From a template' }).click();
  const yaml = page.getByRole('region', { name: 'Template as YAML' });
  await expect(yaml).toContainText('namespace: payments');
  await page.getByRole('button', { name: 'Calico', exact: true }).click();
  await expect(yaml).toContainText('projectcalico.org/v3');
  expect(await violations(page)).toEqual([]);
});
