import {
  ACTIONS,
  NO_TRACE,
  POLICY_KINDS,
  type PolicyHit,
  type PolicyKind,
  type PolicyTrace,
} from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem } from './record-problem.js';
import { readTrace, writeHits } from './trace-text.js';

function read(...hits: string[]): PolicyTrace {
  const trace = readTrace(hits, []);
  if (isProblem(trace)) throw new Error(`${trace.field} ${trace.reason}`);
  return trace;
}

function policy(text: string) {
  const hit = read(text).enforced[0];
  if (hit === undefined) throw new Error('no hit');
  const { kind, namespace, name, tier } = hit;
  return { kind, namespace, name, tier };
}

describe('hits as Felix spells them', () => {
  it.each<[string, PolicyKind, string, string, string]>([
    ['0|__PROFILE__|pro:kns.shop|allow|0', 'Profile', '', 'kns.shop', ''],
    ['0|default|np:shop/db|deny|0', 'CalicoNetworkPolicy', 'shop', 'db', 'default'],
    ['0|default|gnp:dns|allow|1', 'GlobalNetworkPolicy', '', 'dns', 'default'],
    ['0|default|knp:shop/web|allow|0', 'NetworkPolicy', 'shop', 'web', 'default'],
    ['0|t2|snp:shop/x|deny|3', 'StagedNetworkPolicy', 'shop', 'x', 't2'],
    ['0|t2|sgnp:x|deny|3', 'StagedGlobalNetworkPolicy', '', 'x', 't2'],
    ['0|default|sknp:shop/x|deny|3', 'StagedKubernetesNetworkPolicy', 'shop', 'x', 'default'],
    ['0|kube-admin|kcnp:x|deny|3', 'ClusterNetworkPolicy', '', 'x', 'kube-admin'],
  ])('%s', (text, kind, namespace, name, tier) => {
    expect(policy(text)).toEqual({ kind, namespace, name, tier });
    expect(writeHits(read(text).enforced)).toEqual([text]);
  });

  it('reads rule −1 as the end of the tier, put down to the policy named', () => {
    expect(read('1|tier2|snp:shop/x|deny|-1').enforced).toEqual([
      {
        kind: 'EndOfTier',
        namespace: '',
        name: '',
        tier: 'tier2',
        action: 'deny',
        policyIndex: 1,
        ruleIndex: -1,
        trigger: { kind: 'StagedNetworkPolicy', namespace: 'shop', name: 'x', tier: 'tier2' },
      },
    ]);
  });
});

describe('hits as flow logs spell them', () => {
  it.each<[string, PolicyKind, string, string, string]>([
    ['0|security|security.tenant|pass|0', 'GlobalNetworkPolicy', '', 'tenant', 'security'],
    ['0|default|shop/default.web|allow', 'CalicoNetworkPolicy', 'shop', 'web', 'default'],
    ['0|default|shop/knp.default.web|allow|0', 'NetworkPolicy', 'shop', 'web', 'default'],
    ['0|default|staged:default.dns|allow|0', 'StagedGlobalNetworkPolicy', '', 'dns', 'default'],
    ['0|default|default.staged:dns|allow|0', 'StagedGlobalNetworkPolicy', '', 'dns', 'default'],
    ['0|default|shop/staged:default.web|allow|0', 'StagedNetworkPolicy', 'shop', 'web', 'default'],
    [
      '0|default|shop/staged:knp.default.web|deny|0',
      'StagedKubernetesNetworkPolicy',
      'shop',
      'web',
      'default',
    ],
    [
      '0|adminnetworkpolicy|kanp.adminnetworkpolicy.x|deny|0',
      'ClusterNetworkPolicy',
      '',
      'x',
      'adminnetworkpolicy',
    ],
    ['0|__PROFILE__|__PROFILE__.kns.shop|allow|0', 'Profile', '', 'kns.shop', ''],
  ])('%s', (text, kind, namespace, name, tier) => {
    expect(policy(text)).toEqual({ kind, namespace, name, tier });
  });

  it.each(['0|default|shop/default.web|allow', '0|default|shop/default.web|allow|-2'])(
    'knows no rule in %s',
    (text) => expect(read(text).enforced[0]?.ruleIndex).toBe(-2),
  );

  it('reads rule −1 as an end of tier', () => {
    const [hit] = read('1|app|shop/app.checkout|deny|-1').enforced;
    expect(hit).toMatchObject({
      kind: 'EndOfTier',
      tier: 'app',
      trigger: { name: 'checkout', namespace: 'shop' },
    });
  });
});

describe('readTrace', () => {
  it('sorts by index, and knows equal traces by identity whatever their spelling', () => {
    const logged = read('1|app|shop/app.x|deny|0', '0|sec|sec.a|pass|0');
    expect(logged.enforced.map((hit) => hit.policyIndex)).toEqual([0, 1]);
    expect(read('0|sec|gnp:a|pass|0', '1|app|np:shop/x|deny|0')).toBe(logged);
    expect(Object.isFrozen(logged) && Object.isFrozen(logged.enforced[0])).toBe(true);
  });

  it('tells enforced from pending', () => {
    const hit = '0|sec|gnp:a|allow|0';
    expect(readTrace([hit], [])).not.toEqual(readTrace([], [hit]));
    expect(readTrace([], [])).toBe(NO_TRACE);
  });

  it.each([
    ['nonsense', 'parts'],
    ['x|default|np:a/b|allow|0', 'index'],
    ['0|default|np:a/b|maybe|0', 'action'],
    ['0|default|np:a/b|allow|-3', 'rule'],
    ['0|default|np:|allow|0', 'name'],
  ])('refuses %s for its %s', (text, word) => {
    const problem = readTrace([], ['0|default|np:a/b|pass|0', text]);
    expect(problem).toMatchObject({ field: 'pending[1]', reason: expect.stringContaining(word) });
  });

  it('reads back what writeHits wrote', () => {
    const word = fc.stringMatching(/^[a-z0-9.-]{1,20}$/);
    const ref = fc.record({
      kind: fc.constantFrom(...POLICY_KINDS.filter((kind) => kind !== 'EndOfTier')),
      namespace: fc.oneof(fc.constant(''), word),
      name: word,
      tier: fc.oneof(fc.constant(''), word),
    });
    const hits = fc
      .array(
        fc.record({ ref, action: fc.constantFrom(...ACTIONS), rule: fc.integer({ min: -2, max: 900 }) }),
        {
          maxLength: 6,
        },
      )
      .map((drawn) =>
        drawn.map(({ ref, action, rule }, policyIndex): PolicyHit => {
          const place = { action, policyIndex, ruleIndex: rule };
          if (rule !== -1) return { ...ref, ...place, trigger: null };
          return { kind: 'EndOfTier', namespace: '', name: '', tier: ref.tier, ...place, trigger: ref };
        }),
      );
    fc.assert(
      fc.property(hits, hits, (enforced, pending) => {
        expect(readTrace(writeHits(enforced), writeHits(pending))).toEqual({ enforced, pending });
      }),
    );
  });
});
