import { expect, test } from '../test.js';

test('typing a filter with completion, from field to value', async ({ page, flows }) => {
  await flows.open();
  await flows.filter.fill('verd');
  await expect(flows.completion('verdict')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(flows.filter).toHaveValue(/^verdict/);
  await flows.filter.fill('verdict=d');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => flows.query().get('filter')).toBe('verdict=deny');
  await expect(flows.chip('verdict=deny')).toBeVisible();
  await expect(flows.lines()).toHaveCount(1);
});

test('values that only the server knows are completed with how often they occur', async ({ flows }) => {
  await flows.open();
  await flows.filter.fill('source.namespace=mon');
  await expect(flows.completion('monitoring')).toContainText(/\d/);
  await flows.completion('monitoring').click();
  await expect.poll(() => flows.query().get('filter')).toBe('source.namespace=monitoring');
  await expect(flows.line({ source: 'prometheus' }).first()).toBeVisible();
  await expect(flows.line({ source: 'checkoutservice' })).toHaveCount(0);
});

test('a mistake is shown where it is, with what was meant', async ({ page, flows }) => {
  await flows.open();
  await flows.filter.fill('namespce=shop');
  await page.keyboard.press('Enter');
  const error = page.getByRole('alert');
  await expect(error).toContainText('namespce');
  expect(flows.query().get('filter')).toBeNull();
  await error.getByRole('button', { name: 'Did you mean namespace?' }).click();
  await expect.poll(() => flows.query().get('filter')).toBe('namespace=shop');
  await expect(error).toBeHidden();
});

test('a click on a value filters by it, with Alt against it; back undoes each', async ({ page, flows }) => {
  await flows.open();
  const denied = flows.line({ source: 'checkoutservice', dest: 'ledger', port: 8443 });
  const port = denied.getByRole('button', { name: '8443' });
  await port.click();
  await expect.poll(() => flows.query().get('filter')).toBe('port=8443');
  await expect(flows.lines()).toHaveCount(1);
  await page.goBack();
  await expect.poll(() => flows.query().get('filter')).toBeNull();
  await port.click({ modifiers: ['Alt'] });
  await expect.poll(() => flows.query().get('filter')).toBe('port!=8443');
  await expect(denied).toHaveCount(0);
  await expect(flows.lines().first()).toContainText('Allowed');
});

test('a clause is switched off, negated, edited and removed', async ({ page, flows }) => {
  await flows.open('filter=port=8443+source.namespace=shop');
  await expect(flows.lines()).toHaveCount(1);
  const port = flows.clauses.getByRole('listitem').filter({ hasText: '8443' });

  await port.getByRole('button').first().focus();
  await page.keyboard.press('Space');
  await expect.poll(() => flows.query().getAll('off')).toEqual(['port=8443']);
  await expect(flows.lines().nth(1)).toBeVisible();
  await page.keyboard.press('Space');
  await expect(flows.lines()).toHaveCount(1);

  await page.keyboard.press('-');
  await expect
    .poll(() => flows.query().get('filter'))
    .toMatch(/^(-port=8443|port!=8443) source\.namespace=shop$/);
  await page.keyboard.press('-');
  await expect.poll(() => flows.query().get('filter')).toBe('port=8443 source.namespace=shop');

  await page.keyboard.press('Enter');
  await expect(flows.filter).toHaveValue('port=8443');
  await flows.filter.fill('port=5432');
  await page.keyboard.press('Enter');
  await expect.poll(() => flows.query().get('filter')).toBe('port=5432 source.namespace=shop');
  await expect(flows.line({ dest: 'orders-db', port: 5432 }).first()).toBeVisible();

  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect.poll(() => flows.query().get('filter')).toBeNull();
  await expect(flows.clauses).toBeHidden();
});

test('a value of the lists beside the table filters by it and against it', async ({ page, flows }) => {
  await flows.open();
  const values = page.getByRole('region', { name: 'Values to filter by' });
  await values.getByRole('button', { name: 'Without Allowed' }).click();
  await expect.poll(() => flows.query().get('filter')).toContain('verdict');
  await expect(flows.lines()).toHaveCount(1);
  await page.goBack();
  await values.getByRole('button', { name: /^payments/ }).click();
  await expect.poll(() => flows.query().get('filter')).toBe('namespace=payments');
  await expect(flows.lines().first()).toContainText('payments');
});

test('a reload and a copied link show the same view', async ({ context, page, flows }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await flows.open('filter=verdict=deny');
  await page.getByRole('button', { name: 'Copy link to this view' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Link copied' })).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
  await page.reload();
  await expect(flows.lines()).toHaveCount(1);
  await expect(flows.chip('verdict=deny')).toBeVisible();
});

test('a filter that matches nothing says so and is cleared from there', async ({ page, flows }) => {
  await page.goto('/?filter=namespace=nowhere');
  await expect(page.getByRole('heading', { name: 'No flow matches this filter' })).toBeVisible();
  await page.getByRole('main').getByRole('button', { name: 'Clear the filter' }).last().click();
  await expect(flows.lines().first()).toBeVisible();
});
