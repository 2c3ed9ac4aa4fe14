import { describe, expect, it } from 'vitest';
import { explainEvaluation } from './explain-evaluation.js';
import type { SeenReport } from './seen-connection.js';
import { type Call, engineFrom, podYaml, reportOf, seenCall, traceHit, whyOf } from './testing/seen-scene.js';

const PODS =
  podYaml('shop', 'checkout-1', 'app: checkout') +
  podYaml('pay', 'payments-1', 'app: payments', '{name: https, containerPort: 8443}');

const RULES = (ingress: string, kind = 'NetworkPolicy') => `apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: security}
spec: {order: 10}
---
apiVersion: projectcalico.org/v3
kind: ${kind}
metadata: {name: access, namespace: pay}
spec: {tier: security, order: 50, selector: app == 'payments', types: [Ingress], ingress: ${ingress}}
`;

const CALL: Call = { from: 'shop/checkout-*', to: 'pay/payments-*' };
const ALLOW = '[{action: Allow, protocol: TCP, destination: {ports: [8443]}}]';
const ALLOWING = RULES(ALLOW) + PODS;
const DENYING = RULES('[]') + PODS;

const END = traceHit('', 'deny', {
  kind: 'EndOfTier',
  namespace: '',
  ruleIndex: -1,
  trigger: { kind: 'CalicoNetworkPolicy', namespace: 'pay', name: 'access', tier: 'security' },
});
const SHOP = traceHit('kns.shop', 'allow', { kind: 'Profile', namespace: '', tier: '' });
const PROFILE = traceHit('kns.pay', 'allow', { kind: 'Profile', namespace: '', tier: '' });

function why(text: string, reports: readonly Partial<SeenReport>[], call: Call = CALL) {
  return explainEvaluation(seenCall(call, reports), engineFrom(text));
}

function told(text: string, reports: readonly Partial<SeenReport>[], call?: Call): readonly string[] {
  return why(text, reports, call).disagreements;
}

describe('reports and known policies', () => {
  it('agree where nodes enforce these very policies', () => {
    expect(whyOf(CALL, engineFrom(ALLOWING)).disagreements).toEqual([]);
    expect(whyOf(CALL, engineFrom(DENYING)).disagreements).toEqual([]);
    const staged = RULES('[]', 'StagedNetworkPolicy') + PODS;
    expect(whyOf(CALL, engineFrom(staged)).disagreements).toEqual([]);
  });

  it('disagree when the policy changed since, and both are told', () => {
    const { headline, disagreements } = why(ALLOWING, [reportOf('dst', 'deny', [END])]);
    expect(headline).toBe(
      'payments refused the call: no rule of access (tier security) allows tcp 8443 from checkout. ' +
        'The known policies allow it at checkout on egress as no policy selects it and the profile of namespace shop allows it, ' +
        'and at payments on ingress by rule 1 of access (tier security, order 50), which allows TCP 8443 from anywhere.',
    );
    expect(disagreements).toEqual([
      'At payments on ingress it was denied by the end of tier security, where access selects it; ' +
        'the known policies allow it by rule 1 of access (tier security). ' +
        'Policies, or the labels of its ends, have changed since it was seen, or not all policies are known.',
    ]);
  });

  it('say which policy or rule is not there any more', () => {
    const gone = traceHit('block', 'deny');
    expect(told(ALLOWING, [reportOf('dst', 'deny', [gone])])[0]).toMatch(
      /it was denied by rule 1 of block \(tier security\); .* block \(tier security\) is not among the known policies: it was removed since, or nobody has read it\.$/,
    );
    const third = traceHit('access', 'allow', { ruleIndex: 2 });
    expect(told(DENYING, [reportOf('dst', 'allow', [third])])[0]).toMatch(
      /access has no such rule any more: it was changed since\.$/,
    );
    const moved = traceHit('access', 'deny', { tier: 'platform' });
    expect(told(ALLOWING, [reportOf('dst', 'deny', [moved])])[0]).toMatch(
      /access is in tier security now: it was moved since\.$/,
    );
  });

  it('tell a decision by another rule though the verdict is the same', () => {
    const other = traceHit('access', 'allow', { ruleIndex: 1 });
    const { headline, disagreements } = why(ALLOWING, [reportOf('dst', 'allow', [other])]);
    expect(headline).toMatch(
      /^checkout may call payments on tcp 8443: rule 2 of access .*The known policies allow it at/,
    );
    expect(disagreements[0]).toMatch(
      /it was allowed by rule 2 of access .*; by the known policies it is so by rule 1/,
    );
    // Of some sources rules have no numbers, and names carry the tier.
    const nameless = traceHit('security.access', 'allow', { ruleIndex: -2 });
    expect(told(ALLOWING, [reportOf('dst', 'allow', [nameless])])).toEqual([]);
  });

  it('know an open connection from before by its pending trace', () => {
    const kept = reportOf('dst', 'allow', [PROFILE], [END]);
    expect(told(DENYING, [kept])).toEqual([
      'At payments on ingress it was allowed by the profile of namespace pay; ' +
        'the known policies deny it by the end of tier security, where access selects it. ' +
        'The pending trace says the same: the connection began before the policy that denies it and is kept open; opened again it would be denied.',
    ]);
    const unsure = reportOf('dst', 'allow', [PROFILE], [PROFILE]);
    expect(told(DENYING, [unsure])[0]).toMatch(
      /Either policy changed since it was seen, or the connection is older than the policy: one that is open is not asked again\.$/,
    );
  });

  it('know that a node reaches its own pods unasked', () => {
    const call = { ...CALL, from: '/node-1' };
    expect(told(DENYING, [reportOf('dst', 'allow', [PROFILE], [PROFILE])], call)[0]).toMatch(
      /What a node itself sends to pods on the same node is never asked for\.$/,
    );
  });

  it('tell that it arrived though it should not have left', () => {
    const locked = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: locked}
spec: {selector: app == 'checkout', types: [Egress]}
${PODS}`;
    expect(told(locked, [reportOf('dst', 'allow', [PROFILE])])[0]).toMatch(
      /^The known policies do not let it out of checkout, yet it arrived at payments: either policy changed/,
    );
  });

  it('are open where only the source reported', () => {
    const { headline, disagreements } = why(DENYING, [reportOf('src', 'allow', [SHOP])]);
    expect(disagreements).toEqual([]);
    expect(headline).toBe(
      'checkout was let out; no report says what became of it at payments. The known policies deny it at payments on ingress: ' +
        'selected by access (tier security, order 50); no rule matched.',
    );
  });

  it('of Cilium are compared by what both know', () => {
    const nothing = traceHit('', 'deny', { kind: 'EndOfTier', namespace: '', tier: '', ruleIndex: -1 });
    const own = traceHit('l7', 'deny', { kind: 'CiliumNetworkPolicy', tier: '', ruleIndex: -2 });
    const isolating = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: payments, namespace: pay}
spec: {podSelector: {}, ingress: [{ports: [{port: 8443}]}]}
${PODS}`;
    const kubernetes = traceHit('payments', 'allow', { kind: 'NetworkPolicy', tier: '', ruleIndex: -2 });
    expect(told(DENYING, [reportOf('dst', 'deny', [nothing], [])])).toEqual([]);
    expect(told(DENYING, [reportOf('dst', 'deny', [own], [])])).toEqual([]);
    expect(told(isolating, [reportOf('dst', 'allow', [kubernetes], [])])).toEqual([]);
    expect(told(isolating, [reportOf('dst', 'allow', [{ ...kubernetes, name: 'gone' }], [])])[0]).toMatch(
      /gone is not among the known policies/,
    );
    expect(told(isolating, [reportOf('dst', 'deny', [own], [])])[0]).toMatch(
      /The reports are of Cilium, whose own policies are not evaluated here\.$/,
    );
    expect(told(DENYING, [reportOf('dst', 'allow', [], [nothing])])[0]).toMatch(
      /Cilium only audits its policies there/,
    );
  });

  it('differ for a change in between where another report of the side agrees', () => {
    const { headline, disagreements } = why(ALLOWING, [
      reportOf('dst', 'deny', [END]),
      reportOf('dst', 'allow', [traceHit('access', 'allow')]),
    ]);
    expect(disagreements[0]).toMatch(/Other reports of this side agree with the known policies/);
    expect(headline).toMatch(/^payments refused the call: .* The known policies allow it/);
  });
});

describe('pending traces and known policies', () => {
  it('differ where Calico never matches ports by name', () => {
    const named = '[{action: Allow, protocol: TCP, destination: {ports: [https]}}]';
    const allowed = traceHit('access', 'allow');
    expect(told(RULES(named) + PODS, [reportOf('dst', 'allow', [allowed], [END])])).toEqual([
      'At payments on ingress the pending trace says that it would be denied by the end of tier security, where access selects it; ' +
        'with the known policies it would be allowed by rule 1 of access (tier security). ' +
        "Calico's pending traces never match ports by name, which rule 1 of access has; in force the rule does match.",
    ]);
  });

  it('differ where staged policies changed', () => {
    const stage = traceHit('soon', 'deny', { kind: 'StagedNetworkPolicy' });
    expect(told(ALLOWING, [reportOf('dst', 'allow', [traceHit('access', 'allow')], [stage])])[0]).toMatch(
      /soon \(staged, tier security\) is not among the known policies/,
    );
  });
});

describe('labels that changed', () => {
  it('are told where the verdict hangs on them', () => {
    const byLabel = RULES(
      "[{action: Allow, source: {selector: app == 'checkout', namespaceSelector: all()}}]",
    );
    const call: Call = { ...CALL, sourceLabels: ['app=old', 'tier=x'] };
    const { disagreements, headline } = why(byLabel + PODS, [reportOf('dst', 'deny', [END])], call);
    expect(disagreements).toEqual([
      'checkout had app=old when it was seen and has app=checkout now: what was seen is older than what is known of it.',
    ]);
    expect(headline).toMatch(
      /From the known policies one cannot tell, because label app of the source is not known: rule 1 of access asks for it\.$/,
    );
    expect(told(ALLOWING, [reportOf('dst', 'allow', [traceHit('access', 'allow')])], call)).toEqual([]);
  });
});
