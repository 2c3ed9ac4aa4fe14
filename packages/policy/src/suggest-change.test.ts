import { type Endpoint, type Evidence, NO_EVIDENCE, type PolicyHit, tallyOf } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Connection, outsideParty } from './connection.js';
import { evaluateConnection } from './evaluate.js';
import { connection, hit, peer, pod, policy, rule } from './fixtures.js';
import { anyRule, type Policy, type Tier } from './policy.js';
import { PolicySet } from './policy-set.js';
import type { SeenConnection, SeenReport } from './seen-connection.js';
import { type Suggestion, suggestChange } from './suggest-change.js';

const SECURITY: Tier = { name: 'security', order: 200, defaultAction: 'deny' };
const CHECKOUT: Endpoint = {
  kind: 'workload',
  namespace: 'shop',
  name: 'checkout-7d9f5c8b6d-*',
  address: '',
};
const LEDGER: Endpoint = { kind: 'workload', namespace: 'payments', name: 'ledger-*', address: '' };
const OUTSIDE: Endpoint = { kind: 'network', namespace: '', name: 'pub', address: 'api.example.com' };

/** Observes a connection under these policies as node agents report it. */
function observe(
  policies: readonly Policy[],
  given: Connection,
  ends: Pick<SeenConnection, 'source' | 'dest'>,
  evidence: Evidence = NO_EVIDENCE,
): SeenConnection {
  const { source, dest } = evaluateConnection(new PolicySet([SECURITY], policies), given);
  const flows = [['src', source] as const, ['dst', dest] as const].flatMap(
    ([reporter, side]): SeenReport[] =>
      side === null || (reporter === 'dst' && source?.verdict === 'deny')
        ? []
        : [
            {
              reporter,
              verdict: side.verdict,
              enforced: side.trace.enforced,
              pending: side.trace.pending,
              sourceLabels: ['app=checkout', 'pod-template-hash=7d9f5c8b6d'],
              destLabels:
                ends.dest.kind === 'workload'
                  ? ['app=ledger', 'statefulset.kubernetes.io/pod-name=ledger-0']
                  : [],
              evidence,
            },
          ],
  );
  return { ...ends, port: given.port, protocol: given.protocol, flows };
}

function unlabelled(seen: SeenConnection): readonly SeenReport[] {
  return seen.flows.map((flow) => ({ ...flow, sourceLabels: null, destLabels: null }));
}

const ENDS = { source: CHECKOUT, dest: LEDGER };

function only(suggestions: readonly Suggestion[]): Suggestion & { readonly policy: Policy } {
  expect(suggestions).toHaveLength(1);
  const [suggestion] = suggestions;
  if (suggestion === undefined || suggestion.policy === null) throw new Error('No policy was suggested');
  return { ...suggestion, policy: suggestion.policy };
}

/** Holds a suggestion to its word: it allows this connection, and changes nothing for its neighbours. */
function expectExactly(
  policies: readonly Policy[],
  suggested: Policy,
  given: Connection,
  read: 'verdict' | 'pending' = 'verdict',
) {
  const before = new PolicySet([SECURITY], policies);
  const after = new PolicySet([SECURITY], [...policies, suggested]);
  expect(evaluateConnection(before, given)[read]).toBe('deny');
  expect(evaluateConnection(after, given)[read]).toBe('allow');
  const neighbours: readonly Connection[] = [
    { ...given, port: given.port + 1 },
    { ...given, protocol: 'udp' },
    { ...given, source: pod('shop', 'frontend', '10.9.9.9') },
    { ...given, source: pod('loadgen', 'checkout', '10.9.9.9') },
    { ...given, dest: pod('payments', 'vault', '10.9.9.9') },
    { ...given, dest: pod('shop', 'ledger', '10.9.9.9') },
    { ...given, dest: outsideParty('192.0.2.99') },
  ];
  for (const other of neighbours) {
    expect(evaluateConnection(after, other).verdict).toBe(evaluateConnection(before, other).verdict);
    expect(evaluateConnection(after, other).pending).toBe(evaluateConnection(before, other).pending);
  }
}

describe('suggestChange', () => {
  const isolate = policy({
    name: 'default-deny',
    kind: 'CalicoNetworkPolicy',
    namespace: 'payments',
    tier: 'security',
  });

  it('adds a policy to the tier that ended', () => {
    const found = only(suggestChange(observe([isolate], connection(), ENDS)));
    expect(found.title).toBe('Let ledger accept tcp 8443 from checkout');
    expect(parse(found.yaml)).toEqual({
      apiVersion: 'projectcalico.org/v3',
      kind: 'NetworkPolicy',
      metadata: { name: 'security.allow-checkout-to-ledger-8443', namespace: 'payments' },
      spec: {
        tier: 'security',
        selector: 'app == "ledger"',
        types: ['Ingress'],
        ingress: [
          {
            action: 'Allow',
            protocol: 'TCP',
            source: { namespaceSelector: 'projectcalico.org/name == "shop"', selector: 'app == "checkout"' },
            destination: { ports: [8443] },
          },
        ],
      },
    });
    expectExactly([isolate], found.policy, connection());
  });

  it('comes before a rule that denies', () => {
    const block = policy({ name: 'block', tier: 'security', order: 50, ingress: [anyRule('deny')] });
    const seen = observe([block], connection(), ENDS);
    const known = only(suggestChange(seen, () => 50));
    expect(known.policy.order).toBe(49);
    expectExactly([block], known.policy, connection());
    const unknown = only(suggestChange(seen));
    expect(unknown.caveats.join(' ')).toMatch(/must come before block .* order is not in the report/);
    expectExactly([block], unknown.policy, connection());
  });

  it('adds a Kubernetes policy where one isolates the pod', () => {
    const k8s = policy({
      name: 'deny-all',
      kind: 'NetworkPolicy',
      namespace: 'payments',
      order: 1000,
      selector: { op: 'eq', key: 'projectcalico.org/orchestrator', value: 'k8s' },
    });
    const found = only(suggestChange(observe([k8s], connection(), ENDS)));
    expect(parse(found.yaml)).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'allow-checkout-to-ledger-8443', namespace: 'payments' },
      spec: {
        podSelector: { matchLabels: { app: 'ledger' } },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [
              {
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
                podSelector: { matchLabels: { app: 'checkout' } },
              },
            ],
            ports: [{ protocol: 'TCP', port: 8443 }],
          },
        ],
      },
    });
    expectExactly([k8s], found.policy, connection());
  });

  it('answers a staged denial with a staged policy, which changes nothing today', () => {
    const staged: Policy = { ...isolate, kind: 'StagedNetworkPolicy', name: 'lockdown' };
    const found = only(suggestChange(observe([staged], connection(), ENDS)));
    expect([found.answers, found.policy.kind]).toEqual(['would-be-denied', 'StagedNetworkPolicy']);
    expectExactly([staged], found.policy, connection(), 'pending');
  });

  it('stages a Kubernetes policy beside a staged one', () => {
    const staged = policy({
      name: 'lockdown',
      kind: 'StagedKubernetesNetworkPolicy',
      namespace: 'payments',
      order: 1000,
    });
    const found = only(suggestChange(observe([staged], connection(), ENDS)));
    expect(parse(found.yaml)).toMatchObject({
      apiVersion: 'projectcalico.org/v3',
      kind: 'StagedKubernetesNetworkPolicy',
      spec: { stagedAction: 'Set', podSelector: { matchLabels: { app: 'ledger' } } },
    });
    expectExactly([staged], found.policy, connection(), 'pending');
  });

  it('opens the way out by address, and says what a name would need', () => {
    const shut = policy({ name: 'no-way-out', types: ['egress'], tier: 'security' });
    const given = connection({ dest: outsideParty('192.0.2.40'), port: 443 });
    const evidence: Evidence = {
      ...NO_EVIDENCE,
      destIps: tallyOf(['192.0.2.40']),
      dnsNames: tallyOf(['api.example.com']),
    };
    const found = only(suggestChange(observe([shut], given, { source: CHECKOUT, dest: OUTSIDE }, evidence)));
    expect(found.direction).toBe('egress');
    expect(found.policy.egress[0]?.dest.nets).toEqual(['192.0.2.40/32']);
    expect(found.caveats.join(' ')).toMatch(/api\.example\.com.*Calico Enterprise/);
    expectExactly([shut], found.policy, given);
  });

  it('writes nothing wider when the far end cannot be named', () => {
    const shut = policy({ name: 'no-way-out', types: ['egress'] });
    const given = connection({ dest: outsideParty(null), port: 443 });
    const [found] = suggestChange(
      observe([shut], given, { source: CHECKOUT, dest: { ...OUTSIDE, address: '' } }),
    );
    expect(found).toMatchObject({ policy: null, yaml: '' });
    expect(found?.caveats[0]).toMatch(/No address/);
  });

  it('lists a change for each side that denies', () => {
    const flow = (reporter: 'src' | 'dst', hits: readonly PolicyHit[]): SeenReport => ({
      reporter,
      verdict: 'deny',
      enforced: hits,
      pending: hits,
      sourceLabels: ['app=checkout'],
      destLabels: ['app=ledger'],
      evidence: NO_EVIDENCE,
    });
    const denial = [hit({ action: 'deny' })];
    const seen = { ...ENDS, port: 8443, protocol: 'tcp', flows: [flow('src', denial), flow('dst', denial)] };
    expect(suggestChange(seen).map(({ direction }) => direction)).toEqual(['egress', 'ingress']);
  });

  it('answers with a Calico policy what Kubernetes cannot name', () => {
    const k8s = policy({ name: 'deny-all', kind: 'NetworkPolicy', namespace: 'payments', order: 1000 });
    const ping = connection({ protocol: 'icmp', port: 0 });
    const found = only(suggestChange(observe([k8s], ping, ENDS)));
    expect(found.policy.kind).toBe('CalicoNetworkPolicy');
    const after = new PolicySet([], [k8s, found.policy]);
    expect(evaluateConnection(after, ping).verdict).toBe('allow');
    expect(evaluateConnection(after, connection()).verdict).toBe('deny');
  });

  it('answers Cilium’s default with a Kubernetes policy, which it enforces too', () => {
    const none = hit({ kind: 'EndOfTier', name: '', namespace: '', tier: '', action: 'deny', ruleIndex: -1 });
    const seen = observe([isolate], connection(), ENDS);
    const flows = seen.flows.map((flow) => ({ ...flow, enforced: [none], pending: [] }));
    const [found] = suggestChange({ ...seen, flows });
    expect(found?.policy?.kind).toBe('NetworkPolicy');
    const ping = suggestChange({ ...seen, flows, protocol: 'icmp', port: 0 });
    expect(ping).toMatchObject([{ policy: null, caveats: [expect.stringContaining('cannot name icmp')] }]);
  });

  it('has no allow to offer against a denial of Cilium’s, which outweighs it', () => {
    const denial = hit({
      kind: 'CiliumNetworkPolicy',
      name: 'deny-tg',
      tier: '',
      action: 'deny',
      ruleIndex: -2,
    });
    const seen = observe([isolate], connection(), ENDS);
    const flows = seen.flows.map((flow) => ({ ...flow, enforced: [denial], pending: [] }));
    expect(suggestChange({ ...seen, flows })).toMatchObject([
      { policy: null, caveats: [expect.stringContaining('change the rule of deny-tg')] },
    ]);
  });

  it('writes no policy from what is not known or cannot be', () => {
    const seen = observe([isolate], connection(), ENDS);
    const hostile = { ...CHECKOUT, namespace: `shop' || all() || '` };
    for (const less of [{ port: 0 }, { protocol: '' }, { source: hostile }, { flows: unlabelled(seen) }]) {
      expect(suggestChange({ ...seen, ...less })).toMatchObject([{ policy: null, yaml: '' }]);
    }
  });

  it('has nothing to change about what is allowed', () => {
    expect(suggestChange(observe([], connection(), ENDS))).toEqual([]);
  });

  it('reads its rule back from a selector that other labels satisfy too', () => {
    const allowOther = policy({
      name: 'p',
      tier: 'security',
      ingress: [rule('allow', { source: peer("app == 'frontend'") })],
    });
    const found = only(suggestChange(observe([allowOther], connection(), ENDS)));
    expectExactly([allowOther], found.policy, connection());
  });
});
