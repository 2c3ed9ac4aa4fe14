import { describe, expect, it } from 'vitest';
import { explainEvaluation } from './explain-evaluation.js';
import { EMPTY_RULEBOOK, engineOf } from './rulebook.js';
import { engineFrom, podYaml, reportOf, seenCall, traceHit, whyOf } from './testing/seen-scene.js';

const PODS =
  podYaml('shop', 'checkout-1', 'app: checkout') +
  podYaml('web', 'checkout-22', 'app: checkout') +
  podYaml('pay', 'payments-1', 'app: payments', '{name: https, containerPort: 8443}');

const SECURITY = `apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: security}
spec: {order: 10}
---
`;

const calico = (kind: string, name: string, spec: string) => `---
apiVersion: projectcalico.org/v3
kind: ${kind}
metadata: {name: ${name}${kind.includes('Global') ? '' : ', namespace: pay'}}
spec: {${spec}}
`;

const CHECKOUT = "{selector: app == 'checkout', namespaceSelector: projectcalico.org/name == 'shop'}";
const ALLOW_CHECKOUT = calico(
  'NetworkPolicy',
  'allow-checkout',
  `tier: security, order: 50, selector: app == 'payments', ingress: [
    {action: Allow, protocol: UDP, destination: {ports: [53]}},
    {action: Allow, protocol: TCP, source: ${CHECKOUT}, destination: {ports: [8443]}}]`,
);
const DEFAULT_DENY = calico(
  'NetworkPolicy',
  'default-deny',
  'tier: security, order: 100, selector: all(), types: [Ingress]',
);
const GUARDED = SECURITY + ALLOW_CHECKOUT + DEFAULT_DENY + PODS;

const CALL = { from: 'shop/checkout-*', to: 'pay/payments-*', port: 8443 };

function headline(text: string, more: Partial<Parameters<typeof whyOf>[0]> = {}): string {
  return whyOf({ ...CALL, ...more }, engineFrom(text)).headline;
}

describe('the headline by known policies', () => {
  it('names the end of a tier and the nearest rule', () => {
    expect(headline(GUARDED, { port: 8080 })).toBe(
      'Denied at payments on ingress: selected by default-deny (tier security, order 100) and allow-checkout; ' +
        'no rule matched; the nearest was rule 2 of allow-checkout, which wants port 8443, the flow used 8080.',
    );
  });

  it('tells a wrong namespace from wrong labels', () => {
    expect(headline(GUARDED, { from: 'web/checkout-*' })).toMatch(
      /the nearest was rule 2 of allow-checkout, which wants a source with app=checkout in namespace shop, checkout has namespace web\.$/,
    );
    expect(headline(GUARDED, { from: 'pay/payments-*', port: 443 })).toMatch(/no rule matched\.$/);
  });

  it('names the rule at each side that allows, or the profile where there is none', () => {
    expect(headline(GUARDED)).toBe(
      'Allowed at checkout on egress as no policy selects it and the profile of namespace shop allows it, ' +
        'and at payments on ingress by rule 2 of allow-checkout (tier security, order 50), which allows TCP 8443 from checkout in namespace shop.',
    );
  });

  it('says that a Kubernetes policy isolates', () => {
    const isolating = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: payments, namespace: pay}
spec:
  podSelector: {matchLabels: {app: payments}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: ledger}}}, {podSelector: {matchLabels: {app: checkout}}}]
    ports: [{port: 8443}]
`;
    expect(headline(isolating + PODS)).toBe(
      'Denied at payments on ingress: isolated by NetworkPolicy payments; no rule matched; the nearest was ' +
        'rule 1 of payments, which wants a source pod with app=checkout in namespace pay, checkout has namespace shop.',
    );
  });

  it('names a rule that denies after another tier passed, and an allow that came near before it', () => {
    const passing = calico(
      'GlobalNetworkPolicy',
      'guard',
      `tier: security, order: 1, selector: all(), ingress: [{action: Pass, protocol: TCP}]`,
    );
    const blocking = calico(
      'NetworkPolicy',
      'block',
      `order: 5, selector: app == 'payments', ingress: [
        {action: Allow, protocol: TCP, destination: {ports: [9090]}}, {action: Log}, {action: Deny, source: ${CHECKOUT}}]`,
    );
    expect(headline(SECURITY + passing + blocking + PODS)).toBe(
      'Denied at payments on ingress: rule 3 of block (tier default, order 5) denies everything from checkout in namespace shop; ' +
        'of the rules before it that allow, the nearest was rule 1 of block, which wants port 9090, the flow used 8443.',
    );
  });

  it('says that it did not get out of the source', () => {
    const locked = calico(
      'GlobalNetworkPolicy',
      'locked',
      "order: 7, selector: app == 'checkout', types: [Egress], egress: [{action: Allow, protocol: UDP, destination: {selector: has(app), namespaceSelector: all(), ports: [53]}}]",
    );
    expect(headline(locked + PODS)).toBe(
      'Denied at checkout on egress: selected by locked (tier default, order 7); no rule matched; ' +
        'the nearest was rule 1 of locked, which wants UDP port 53, the flow used TCP 8443.',
    );
  });

  it('says what a staged policy will do', () => {
    const staged = calico(
      'StagedNetworkPolicy',
      'lockdown',
      'tier: security, order: 9, selector: all(), types: [Ingress]',
    );
    expect(headline(SECURITY + staged + PODS)).toBe(
      'Allowed today. Once lockdown (staged, tier security, order 9) is enforced, it is denied at payments on ingress: no rule matched.',
    );
    const admitting = calico(
      'StagedNetworkPolicy',
      'admit',
      'tier: security, order: 9, selector: all(), ingress: [{action: Allow, protocol: TCP}]',
    );
    expect(headline(SECURITY + DEFAULT_DENY + admitting + PODS)).toBe(
      'Denied at payments on ingress: selected by default-deny (tier security, order 100); no rule matched. ' +
        'Once admit (staged, tier security, order 9) is enforced, it is allowed.',
    );
    const removing =
      calico('NetworkPolicy', 'lockdown', 'tier: security, order: 9, selector: all(), types: [Ingress]') +
      calico('StagedNetworkPolicy', 'lockdown', 'tier: security, stagedAction: Delete');
    const why = whyOf(CALL, engineFrom(SECURITY + removing + PODS));
    expect(why.headline).toMatch(/Once the staged policies are enforced, it is allowed\.$/);
    expect(why.notes).toContain(
      "Calico's pending traces would say deny: they count staged policies beside those they replace, and never take one away.",
    );
  });

  it('cannot tell where the pods of a name differ, and says in what', () => {
    const mixed = podYaml('shop', 'mix-a', 'app: checkout') + podYaml('shop', 'mix-b', 'app: other');
    const why = explainEvaluation(seenCall({ ...CALL, from: 'shop/mix-*' }), engineFrom(GUARDED + mixed));
    expect(why.evaluated).toBe('unknown');
    expect(why.headline).toBe(
      'Cannot tell, because label app of the source is not known: rule 2 of allow-checkout asks for it.',
    );
    expect(why.sides[1]?.cannotTell).toEqual([
      'label app of the source is not known: rule 2 of allow-checkout asks for it',
    ]);
  });

  it('cannot tell where a block of addresses is asked for and none is known', () => {
    const block = calico(
      'GlobalNetworkPolicy',
      'out',
      "order: 1, selector: app == 'checkout', types: [Egress], egress: [{action: Allow, destination: {nets: [10.0.0.0/24]}}]",
    );
    expect(headline(block + PODS, { to: 'pvt' })).toBe(
      'Cannot tell, because the address of the destination is not known: rule 1 of out asks for it.',
    );
    expect(headline(block + PODS, { to: '=192.0.2.7' })).toBe(
      'Denied at checkout on egress: selected by out (tier default, order 1); no rule matched; ' +
        'the nearest was rule 1 of out, which wants a destination in 10.0.0.0/24, 192.0.2.7 has 192.0.2.7.',
    );
  });

  it('tells what a network set and a ClusterNetworkPolicy do', () => {
    const partners = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: partners, labels: {kind: partner}}
spec: {nets: [192.0.2.0/24]}
`;
    const out = calico(
      'GlobalNetworkPolicy',
      'out',
      "order: 1, selector: app == 'checkout', types: [Egress], egress: [{action: Allow, destination: {selector: kind == 'partner'}}]",
    );
    expect(headline(out + partners + PODS, { to: '=192.0.2.7' })).toBe(
      'Allowed at checkout on egress by rule 1 of out (tier default, order 1), which allows everything to endpoints with kind=partner.',
    );
    const admin = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: no-shop}
spec:
  tier: Admin
  priority: 20
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: pay}}}
  ingress: [{action: Deny, from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}]}]
`;
    expect(headline(admin + PODS)).toBe(
      'Denied at payments on ingress: rule 1 of no-shop (tier kube-admin, priority 20) denies everything from any endpoint in namespace shop.',
    );
  });
});

describe('what goes with the headline', () => {
  it('has the steps of both sides in words', () => {
    const { sides, knowsPolicies, disagreements } = whyOf({ ...CALL, port: 8080 }, engineFrom(GUARDED));
    expect([knowsPolicies, disagreements]).toEqual([true, []]);
    expect(sides.map(({ title, verdict, profile }) => [title, verdict, profile])).toEqual([
      ['Leaving checkout', 'allow', 'no policy selects it, the profile of namespace shop allows it'],
      ['Arriving at payments', 'deny', null],
    ]);
    const tier = sides[1]?.tiers.find(({ outcome }) => outcome === 'deny');
    expect(tier?.end).toBe('no rule matched, so tier security denies it');
    expect(tier?.policies[0]?.rules[1]).toEqual({
      index: 1,
      written: 1,
      action: 'allow',
      match: 'no',
      text: 'allows TCP 8443 from checkout in namespace shop',
      conditions: [
        { match: 'yes', wants: 'TCP', has: 'TCP' },
        { match: 'no', wants: 'port 8443', has: '8080' },
        {
          match: 'yes',
          wants: 'a source with app=checkout in namespace shop',
          has: 'namespace shop and app=checkout',
        },
      ],
    });
  });

  it('is told from the traces alone when no policies are known', () => {
    const denial = traceHit('', 'deny', {
      kind: 'EndOfTier',
      namespace: '',
      ruleIndex: -1,
      trigger: { kind: 'CalicoNetworkPolicy', namespace: 'pay', name: 'default-deny', tier: 'security' },
    });
    const why = explainEvaluation(
      seenCall(CALL, [reportOf('dst', 'deny', [denial])]),
      engineOf(EMPTY_RULEBOOK),
    );
    expect(why.headline).toBe(
      'payments refused the call: no rule of default-deny (tier security) allows tcp 8443 from checkout.',
    );
    expect([why.knowsPolicies, why.observed, why.evaluated, why.afterStaging]).toEqual([
      false,
      'deny',
      'unknown',
      'deny',
    ]);
    expect(why.sides[0]?.tiers[0]).toMatchObject({
      outcome: 'deny',
      policies: [{ policy: { name: 'default-deny' }, rules: [] }],
      end: 'selected by default-deny in tier security, no rule matched, so the tier denies',
    });
  });

  it('says that nothing was reported, and that nothing applies', () => {
    const engine = engineFrom(GUARDED);
    expect(explainEvaluation(seenCall({ ...CALL, port: 8080 }), engine).headline).toMatch(
      /^No report says what became of it\. The known policies deny it at payments on ingress: selected by /,
    );
    expect(explainEvaluation(seenCall({ from: 'pub', to: 'pvt' }), engine).headline).toBe(
      'No policy of the cluster applies: neither end is a workload or a host of it.',
    );
  });
});
