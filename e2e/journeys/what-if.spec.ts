import { test } from '../policy-test.js';
import { expect } from '../test.js';

/** Cuts the shop's cart off from its store, among whatever else would call it. */
const LOCKED = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: locked
  namespace: data
spec:
  podSelector:
    matchLabels:
      app: orders-db
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
      ports:
        - port: 9187
`;

test('what a new policy would deny is known while it is written', async ({ page, flows, editor }) => {
  await editor.open();

  // Completion offers what may be written here.
  await editor.text.click();
  await page.keyboard.insertText('apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec:\n  ');
  await page.keyboard.type('podS');
  await editor.completion('podSelector').click();
  await expect(editor.text).toContainText('podSelector');

  // A mistake is shown at its line, and leads there.
  await editor.paste(LOCKED.replace('port: 9187', 'port: many ports'));
  await expect(editor.problems.first()).toContainText('port');
  await expect(editor.problems.first()).toContainText('17');
  await editor.problems.first().getByRole('button').click();
  await expect(editor.text).toBeFocused();
  await expect(page.getByRole('button', { name: 'Apply in the demo' })).toBeDisabled();

  await editor.paste(LOCKED);
  await expect(editor.problems).toHaveCount(0);
  await expect(page.getByRole('status').filter({ hasText: 'It adds' })).toContainText(
    'NetworkPolicy data/locked',
  );
  const denied = editor.changes('Newly denied');
  const fromLedger = denied.filter({ hasText: 'emailservice' });
  await expect(fromLedger).toContainText('tcp 5432');
  await expect(denied.filter({ hasText: 'prometheus' })).toHaveCount(0);
  await expect(editor.direction('Newly allowed')).toBeDisabled();

  // From what would be denied to its flows, and back to the text as it was left.
  await fromLedger.getByRole('link').click();
  await expect(flows.lines()).toHaveCount(1);
  await expect(flows.line({ source: 'emailservice', dest: 'orders-db', port: 5432 })).toContainText(
    'Allowed',
  );
  await page.goBack();
  await expect(editor.text).toContainText('name: locked');
  await expect(fromLedger).toBeVisible();
});

test('what the server takes long to try is stopped, and asked again', async ({ page, editor }) => {
  // A server that has far more to look through than the demo's does not answer soon.
  await page.route('**/api/v1/policies/what-if**', () => undefined);
  await page.goto('/policies?policy=CalicoNetworkPolicy/payments/ledger-access&try=remove');
  await editor.result.getByRole('button', { name: 'Stop' }).click();
  await expect(editor.result).toContainText('the server was stopped');

  // The page has tried it meanwhile on the connections that it holds itself.
  await expect(editor.result).toContainText('Tried here on');
  await expect(editor.changes('Newly denied').filter({ hasText: 'reconciler' })).toContainText('tcp 8080');

  await page.unroute('**/api/v1/policies/what-if**');
  await editor.result.getByRole('button', { name: 'Read again' }).click();
  await expect(editor.result).toContainText(/Tried on \d+ connections of the last 15 minutes/);
  await expect(editor.changes('Newly denied').filter({ hasText: 'reconciler' })).toContainText('tcp 8080');
});
