import { describe, expect, it } from 'vitest';
import { edited, PolicyEditError } from './policy-edit.js';
import { readResources } from './read-resources.js';
import { EMPTY_RULEBOOK, type Rulebook } from './rulebook.js';

function bookOf(text: string): Rulebook {
  const { cluster, tiers, policies, profiles, problems } = readResources([{ name: 'book.yaml', text }]);
  expect(problems).toEqual([]);
  return { cluster, tiers, policies, profiles };
}

const BOOK = bookOf(`
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: { name: default.p, namespace: shop }
spec: { tier: default, types: [Ingress], ingress: [{ action: Deny }] }
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: default.p, namespace: shop }
spec: { tier: default, types: [Ingress], ingress: [{ action: Allow }] }
---
apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: { name: partners, namespace: shop, labels: { role: partner } }
spec: { nets: [192.0.2.0/24] }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: partners }
spec: { nets: [198.51.100.0/24] }
`);
const STAGED = { kind: 'StagedNetworkPolicy', namespace: 'shop', name: 'default.p' } as const;

describe('an edit of a rulebook', () => {
  it('leaves the rulebook it was given as it is', () => {
    const before = structuredClone(BOOK);
    edited(BOOK, [{ op: 'enforce', policy: STAGED }]);
    expect(BOOK).toEqual(before);
    expect(edited(BOOK, [])).toEqual(BOOK);
  });

  it('puts a network set in the place of the one by its name in the same namespace', () => {
    const set = { namespace: 'shop', name: 'partners', labels: {}, nets: ['203.0.113.0/24'] };
    const nets = (book: Rulebook) => book.cluster.networkSets.map(({ nets: [first] }) => first);
    const after = edited(BOOK, [{ op: 'put-network-set', set }]);
    expect(nets(after)).toEqual(['198.51.100.0/24', '203.0.113.0/24']);
    const more = edited(after, [{ op: 'put-network-set', set: { ...set, name: 'others' } }]);
    expect(nets(more)).toHaveLength(3);
    expect(nets(edited(EMPTY_RULEBOOK, [{ op: 'put-network-set', set }]))).toEqual(['203.0.113.0/24']);
  });

  it('enforces a staged policy in the place of its twin', () => {
    const { policies } = edited(BOOK, [{ op: 'enforce', policy: STAGED }]);
    expect(policies.map(({ kind, ingress }) => [kind, ingress[0]?.action])).toEqual([
      ['CalicoNetworkPolicy', 'deny'],
    ]);
  });

  it('does one edit after the other', () => {
    const tier = { name: 'first', order: 1, defaultAction: 'pass' } as const;
    const after = edited(BOOK, [
      { op: 'put-tier', tier },
      { op: 'put-tier', tier: { ...tier, order: 2 } },
      { op: 'remove', policy: STAGED },
    ]);
    expect([after.tiers, after.policies.length]).toEqual([[{ ...tier, order: 2 }], 1]);
    expect(() => edited(after, [{ op: 'remove', policy: STAGED }])).toThrow(PolicyEditError);
  });

  it('names what there is by the name of what there is not', () => {
    const remove = (policy: typeof STAGED | { kind: 'NetworkPolicy'; namespace: string; name: string }) =>
      edited(BOOK, [{ op: 'remove', policy }]);
    expect(() => remove({ ...STAGED, kind: 'NetworkPolicy' })).toThrow(
      'there is no NetworkPolicy shop/default.p; by that name there is StagedNetworkPolicy shop/default.p, CalicoNetworkPolicy shop/default.p',
    );
    expect(() =>
      edited(BOOK, [{ op: 'enforce', policy: { ...STAGED, kind: 'CalicoNetworkPolicy' } }]),
    ).toThrow('is not staged');
  });
});
