import { test } from '../policy-test.js';
import { expect } from '../test.js';

test('why a call is denied: in a sentence, then rule by rule at both ends', async ({
  page,
  flows,
  policies,
}) => {
  await flows.open();
  await flows.openLine(flows.line({ source: 'checkoutservice', dest: 'ledger', port: 8443 }));
  await expect(flows.headline).toHaveText(
    'Denied at ledger on ingress: selected by default-deny (tier security, order 1000) and ledger-access; ' +
      'no rule matched; the nearest was rule 1 of ledger-access, which wants port 8080, the flow used 8443.',
  );

  await flows.part('Why, rule by rule').getByRole('heading').click();
  const leaving = flows.steps('Leaving checkoutservice');
  await expect(leaving).toContainText('Allowed');
  await expect(leaving.getByRole('link', { name: 'shop/checkoutservice' })).toBeVisible();
  await expect(leaving).toContainText('matches: Rule 1 allows everything');

  const arriving = flows.steps('Arriving at ledger');
  await expect(arriving).toContainText('Denied');
  await expect(arriving).toContainText('platform passes it on');
  await expect(arriving).toContainText('security denies it');
  await expect(arriving).toContainText('No rule matched, so tier security denies it');
  const nearest = arriving.getByRole('listitem').filter({ hasText: /^does not match: Rule 1 .*nearest/ });
  await expect(nearest).toContainText('allows TCP 8080 from checkoutservice in namespace shop');
  await expect(nearest).toContainText('does not match: wants port 8080, the flow has 8443');
  await expect(nearest).toContainText('matches: wants a source with app=checkoutservice in namespace shop');

  // From the rule to all that its policy says.
  await arriving.getByRole('link', { name: 'payments/ledger-access' }).click();
  await expect(policies.policy.getByRole('heading', { level: 2 })).toHaveText('payments/ledger-access');
  await expect(policies.rules.filter({ hasText: 'from checkoutservice in namespace shop' })).toContainText(
    '8080',
  );
  await page.goBack();
  await expect(flows.headline).toContainText('Denied at ledger');
});
