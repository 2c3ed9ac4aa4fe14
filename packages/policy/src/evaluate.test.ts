import type { PolicyHit } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outsideParty } from './connection.js';
import { evaluateConnection, evaluateSide, type SideVerdict } from './evaluate.js';
import { connection, peer, pod, policy, rule } from './fixtures.js';
import { anyRule, type Policy, type Rule, type Tier } from './policy.js';
import { PolicySet } from './policy-set.js';

const SECURITY: Tier = { name: 'security', order: 200, defaultAction: 'deny' };

function arriving(policies: readonly Policy[], more = connection()): SideVerdict {
  return evaluateSide(new PolicySet([SECURITY], policies), more, 'ingress');
}

function spell(hits: readonly PolicyHit[]): readonly string[] {
  return hits.map(({ tier, name, trigger, action, ruleIndex, policyIndex }) =>
    [policyIndex, tier, trigger?.name ?? name, action, ruleIndex].join('|'),
  );
}

describe('evaluateSide', () => {
  it('lets the profile allow what no policy governs', () => {
    const { verdict, trace } = arriving([]);
    expect(verdict).toBe('allow');
    expect(spell(trace.enforced)).toEqual(['0||kns.payments|allow|0']);
  });

  it('denies at the end of a tier that selects the endpoint, and says by which policy', () => {
    const { verdict, trace } = arriving([
      policy({ name: 'first', tier: 'security', order: 1 }),
      policy({ name: 'last', tier: 'security', order: 2 }),
    ]);
    expect(verdict).toBe('deny');
    expect(trace.enforced).toMatchObject([{ kind: 'EndOfTier', name: '', tier: 'security', ruleIndex: -1 }]);
    expect(trace.enforced[0]?.trigger?.name).toBe('last');
    expect(trace.pending[0]?.trigger?.name).toBe('first');
  });

  it('goes on after a log, leaves the tier on a pass, and numbers the hits', () => {
    const { trace } = arriving([
      policy({ name: 'watch', tier: 'security', ingress: [anyRule('log'), anyRule('pass')] }),
      policy({ name: 'open', ingress: [rule('deny', { protocol: 'udp' }), anyRule('allow')] }),
    ]);
    expect(spell(trace.enforced)).toEqual(['0|security|watch|pass|1', '1|default|open|allow|1']);
  });

  it('skips a tier whose policies govern the other direction only', () => {
    const { verdict } = arriving([policy({ name: 'out', tier: 'security', types: ['egress'] })]);
    expect(verdict).toBe('allow');
  });

  it('counts staged policies in the pending trace alone', () => {
    const { verdict, pending, trace } = arriving([
      policy({ name: 'lockdown', kind: 'StagedGlobalNetworkPolicy', tier: 'security' }),
    ]);
    expect([verdict, pending]).toEqual(['allow', 'deny']);
    expect(spell(trace.pending)).toEqual(['0|security|lockdown|deny|-1']);
  });

  it('asks an enforced policy before its staged twin', () => {
    const twins = (['StagedGlobalNetworkPolicy', 'GlobalNetworkPolicy'] as const).map((kind) =>
      policy({ name: 'twin', kind, ingress: [anyRule(kind === 'GlobalNetworkPolicy' ? 'allow' : 'deny')] }),
    );
    expect(arriving(twins).pending).toBe('allow');
  });

  it('says that it does not know when an unknown fact decides', () => {
    const net = peer(null, { nets: ['10.1.0.0/16'] });
    const set = [policy({ name: 'by-net', ingress: [rule('allow', { source: net })] })];
    const unknownIp = connection({ source: pod('shop', 'checkout', null) });
    expect(arriving(set, unknownIp)).toMatchObject({ verdict: 'unknown', trace: { enforced: [] } });
    expect(arriving(set, connection({ source: outsideParty('10.1.2.3') })).verdict).toBe('allow');
  });

  it('knows when both answers to an unknown fact end the same', () => {
    const net = peer(null, { nets: ['10.1.0.0/16'] });
    const set = [policy({ name: 'p', ingress: [rule('allow', { source: net }), anyRule('allow')] })];
    expect(arriving(set, connection({ source: pod('shop', 'checkout', null) })).verdict).toBe('allow');
  });
});

describe('evaluateConnection', () => {
  it('needs both ends to allow', () => {
    const denyOut = policy({
      name: 'no-way-out',
      namespaceSelector: { op: 'eq', key: 'projectcalico.org/name', value: 'shop' },
      types: ['egress'],
    });
    const found = evaluateConnection(new PolicySet([], [denyOut]), connection());
    expect([found.source?.verdict, found.dest?.verdict, found.verdict]).toEqual(['deny', 'allow', 'deny']);
  });

  it('asks nobody outside the cluster', () => {
    const found = evaluateConnection(new PolicySet([], []), connection({ dest: outsideParty('192.0.2.1') }));
    expect(found.dest).toBeNull();
    expect(found.verdict).toBe('allow');
  });
});

describe('properties', () => {
  const action = fc.constantFrom<Rule['action'][]>('allow', 'deny', 'pass', 'log');
  const rules = fc.array(
    fc
      .record({ action, protocol: fc.constantFrom('tcp', 'udp', null) })
      .map(({ action, protocol }) => rule(action, { protocol })),
    { maxLength: 3 },
  );
  const policies = fc
    .array(
      fc.record({
        order: fc.integer({ min: 0, max: 9 }),
        tier: fc.constantFrom('security', 'default'),
        ingress: rules,
      }),
      {
        maxLength: 5,
      },
    )
    .map((list) => list.map((given, index) => policy({ name: `p${index}`, ...given })));

  it('without staged policies pending equals enforced', () => {
    fc.assert(
      fc.property(policies, (list) => {
        const { verdict, pending } = arriving(list);
        expect(pending).toBe(verdict);
      }),
    );
  });

  it('an allow rule at the end of a policy never denies what was allowed', () => {
    fc.assert(
      fc.property(policies, fc.nat(4), (list, at) => {
        const more = list.map((given, index) =>
          index === at ? { ...given, ingress: [...given.ingress, anyRule('allow')] } : given,
        );
        if (arriving(list).verdict === 'allow') expect(arriving(more).verdict).toBe('allow');
      }),
    );
  });

  it('a trace ends with the verdict, and passes until then', () => {
    fc.assert(
      fc.property(policies, (list) => {
        const { verdict, trace } = arriving(list);
        expect(trace.enforced.at(-1)?.action).toBe(verdict);
        expect(trace.enforced.slice(0, -1).every((hit) => hit.action === 'pass')).toBe(true);
        expect(trace.enforced.map((hit) => hit.policyIndex)).toEqual(trace.enforced.map((_, index) => index));
      }),
    );
  });
});
