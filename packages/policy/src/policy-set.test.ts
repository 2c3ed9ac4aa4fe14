import { describe, expect, it } from 'vitest';
import { parseSelector } from './calico-selector.js';
import { pod, policy } from './fixtures.js';
import { sortPolicies, sortTiers } from './policy-order.js';
import { PolicySet } from './policy-set.js';

describe('order', () => {
  it('puts lower orders first and none last, ties by name byte by byte', () => {
    const names = sortPolicies([
      policy({ name: 'none', order: null }),
      policy({ name: 'pol', order: 10 }),
      policy({ name: 'pol-1', order: 10 }),
      policy({ name: 'first', order: 1 }),
    ]).map(({ name }) => name);
    expect(names).toEqual(['first', 'pol-1', 'pol', 'none']);
  });

  it('sorts tiers the same way', () => {
    const tier = (name: string, order: number | null) => ({ name, order, defaultAction: 'deny' as const });
    expect(sortTiers([tier('z', null), tier('b', 5), tier('a', 5)]).map(({ name }) => name)).toEqual([
      'a',
      'b',
      'z',
    ]);
  });

  it('gives a policy of a missing tier that tier, last', () => {
    const set = new PolicySet([], [policy({ name: 'lost', tier: 'nowhere' }), policy({ name: 'p' })]);
    const tiers = set.governs(pod('shop', 'web'), 'ingress').enforced.map(({ tier }) => tier.name);
    expect(tiers).toEqual(['default', 'nowhere']);
  });
});

describe('what a policy selects', () => {
  const selects = (more: Parameters<typeof policy>[0], namespace = 'shop') =>
    new PolicySet([], [policy(more)]).governs(pod(namespace, 'web'), 'ingress').enforced.length > 0;

  it('is its own namespace only, for a namespaced policy', () => {
    expect(selects({ name: 'p', kind: 'CalicoNetworkPolicy', namespace: 'shop' })).toBe(true);
    expect(selects({ name: 'p', kind: 'CalicoNetworkPolicy', namespace: 'data' })).toBe(false);
  });

  it('is within the namespaces that a global policy names', () => {
    const namespaceSelector = { op: 'in', key: 'projectcalico.org/name', values: ['data', 'shop'] } as const;
    expect(selects({ name: 'p', namespaceSelector })).toBe(true);
    expect(selects({ name: 'p', namespaceSelector }, 'payments')).toBe(false);
  });

  it('is no host once namespaces are named, even with all()', () => {
    const host = { labels: new Map([['role', 'node']]), ip: null, profiles: [] };
    const all = { op: 'all' } as const;
    const anywhere = new PolicySet([], [policy({ name: 'p' })]);
    const inNamespaces = new PolicySet([], [policy({ name: 'p', namespaceSelector: all })]);
    expect(anywhere.governs(host, 'ingress').enforced).toHaveLength(1);
    expect(inNamespaces.governs(host, 'ingress').enforced).toHaveLength(0);
    const without = new PolicySet(
      [],
      [policy({ name: 'p', namespaceSelector: parseSelector('!has(team)') })],
    );
    expect(without.governs(host, 'ingress').enforced).toHaveLength(0);
  });
});
