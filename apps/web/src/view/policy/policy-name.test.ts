import { describe, expect, it } from 'vitest';
import { DEFAULT_VIEW } from '../view-url.js';
import { boardHref, newPolicyHref, policyFromKey, policyHref, policyKey, policyText } from './policy-name.js';

const CART = { kind: 'NetworkPolicy', namespace: 'shop', name: 'allow-cart' } as const;
const GLOBAL = { kind: 'GlobalNetworkPolicy', namespace: '', name: 'security.deny-all' } as const;

describe('the name of a policy in the address', () => {
  it.each([CART, GLOBAL])('comes back from its key: $name', (policy) => {
    expect(policyFromKey(policyKey(policy))).toEqual(policy);
  });

  it.each([
    null,
    '',
    'NetworkPolicy',
    'NetworkPolicy/shop',
    'NetworkPolicy/shop/',
    'Pod/shop/x',
    'NetworkPolicy/a/b/c',
  ])('is none in %j', (text) => {
    expect(policyFromKey(text)).toBeNull();
  });

  it('leads to its page with the filter and the window of the view, and without an open row', () => {
    const view = { ...DEFAULT_VIEW, filter: 'port=53', selected: 'x', grouping: 'flow' as const };
    expect(policyHref(view, CART)).toBe('/policies?filter=port=53&policy=NetworkPolicy/shop/allow-cart');
    expect(policyHref(view, GLOBAL, 'edit')).toBe(
      '/policies?filter=port=53&policy=GlobalNetworkPolicy//security.deny-all&try=edit',
    );
    expect(boardHref({ ...view, policy: 'x', trial: 'new' })).toBe('/policies?filter=port=53');
    expect(newPolicyHref(view)).toBe('/policies?filter=port=53&try=new');
  });

  it('is told with its namespace where it has one', () => {
    expect([policyText(CART), policyText(GLOBAL)]).toEqual(['shop/allow-cart', 'security.deny-all']);
  });
});
