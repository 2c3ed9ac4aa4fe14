import { NO_EVIDENCE } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { outsideParty, podParty } from './connection.js';
import { evaluateConnection } from './evaluate.js';
import { evaluate, type ObservedFlow } from './evaluate-flow.js';
import { connection, pod, policy } from './fixtures.js';
import { withLabels } from './label-edits.js';
import { anyRule } from './policy.js';
import { edited } from './policy-edit.js';
import { PolicySet } from './policy-set.js';
import { quarantine } from './quarantine.js';
import { EMPTY_RULEBOOK, engineOf, type Rulebook } from './rulebook.js';

const found = quarantine({
  namespace: 'shop',
  name: 'checkout',
  labels: ['app=checkout', 'pod-template-hash=7d9f5c8b6d', 'version=v2'],
});

describe('quarantine', () => {
  const openHouse = policy({
    name: 'allow-all',
    order: 0,
    types: ['ingress', 'egress'],
    ingress: [anyRule('allow')],
    egress: [anyRule('allow')],
  });
  const labelled = { app: 'checkout', 'vibrissa.io/quarantine': 'true' };
  const suspect = podParty({ namespace: 'shop', labels: labelled, namespaceLabels: {}, ip: '10.0.0.1' });
  const set = new PolicySet([found.tier], found.policy === null ? [] : [openHouse, found.policy]);

  it('denies both ways, whatever later tiers allow', () => {
    const out = evaluateConnection(set, connection({ source: suspect, dest: outsideParty('192.0.2.1') }));
    const into = evaluateConnection(set, connection({ source: pod('shop', 'frontend'), dest: suspect }));
    expect([out.verdict, into.verdict]).toEqual(['deny', 'deny']);
    expect(into.dest?.trace.enforced).toMatchObject([{ tier: 'quarantine', action: 'deny', ruleIndex: 1 }]);
  });

  it('leaves everyone else alone', () => {
    const others = [
      connection({ source: pod('loadgen', 'checkout') }),
      connection({ source: pod('shop', 'frontend') }),
      // It stands ready until the pods have its label.
      connection({ source: pod('shop', 'checkout') }),
    ];
    expect(others.map((other) => evaluateConnection(set, other).verdict)).toEqual([
      'allow',
      'allow',
      'allow',
    ]);
  });

  it('is written with its tier, log before deny', () => {
    const [tier, written] = parseAllDocuments(found.yaml).map((document) => document.toJS() as unknown);
    expect(tier).toMatchObject({
      kind: 'Tier',
      metadata: { name: 'quarantine' },
      spec: { order: 0, defaultAction: 'Pass' },
    });
    expect(written).toMatchObject({
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'quarantine.shop-checkout' },
      spec: {
        tier: 'quarantine',
        order: 0,
        selector: '(app == "checkout" && vibrissa.io/quarantine == "true")',
        namespaceSelector: 'projectcalico.org/name == "shop"',
        types: ['Ingress', 'Egress'],
        ingress: [{ action: 'Log' }, { action: 'Deny' }],
        egress: [{ action: 'Log' }, { action: 'Deny' }],
      },
    });
  });

  it('is put into force, and lifted, by a label', () => {
    expect(found.commands).toEqual([
      'kubectl apply -f quarantine.shop-checkout.yaml',
      'kubectl -n shop label pods -l app=checkout vibrissa.io/quarantine=true --overwrite',
      'kubectl -n shop label pods -l app=checkout vibrissa.io/quarantine-',
    ]);
    expect(found.edits.map(({ op }) => op)).toEqual(['put-tier', 'put', 'label']);
  });

  it('cuts off what flows tell of the workload, once its edits are made', () => {
    const open = { ...EMPTY_RULEBOOK, policies: [openHouse] };
    const flow: ObservedFlow = {
      key: {
        source: { kind: 'workload', namespace: 'shop', name: 'checkout-7d9f5c8b6d-*', address: '' },
        dest: { kind: 'workload', namespace: 'payments', name: 'ledger-*', address: '' },
        port: 8443,
        protocol: 'tcp',
      },
      sourceLabels: ['app=checkout'],
      destLabels: ['app=ledger'],
      evidence: NO_EVIDENCE,
    };
    const verdict = (rulebook: Rulebook, observed: ObservedFlow) => {
      const { set: policies, index } = engineOf(rulebook);
      return evaluate(observed, policies, index).verdict;
    };
    expect(verdict(open, flow)).toBe('allow');
    expect(verdict(edited(open, found.edits), withLabels(flow, found.edits))).toBe('deny');
  });

  it('has a name that Calico takes, with one dot behind the tier', () => {
    const named = quarantine({ namespace: 'shop', name: 'Check.Out-', labels: ['app=x'] });
    expect(named.policy?.name).toBe('quarantine.shop-check-out');
  });

  it('writes nothing for a workload it cannot select', () => {
    for (const labels of [null, ['pod-template-hash=7d9f5c8b6d']]) {
      expect(quarantine({ namespace: 'shop', name: 'x', labels })).toMatchObject({
        policy: null,
        yaml: '',
        commands: [],
      });
    }
  });

  it('writes nothing for a namespace that cannot be', () => {
    const hostile = { namespace: 'x" || all() || "', name: 'x', labels: ['app=x'] };
    expect(quarantine(hostile)).toMatchObject({ policy: null, yaml: '' });
  });
});

describe('quarantine where Cilium enforces', () => {
  const {
    yaml,
    commands,
    policy: written,
  } = quarantine(
    { namespace: 'shop', name: 'checkout', labels: ['app=checkout', 'pod-template-hash=7d9f5c8b6d'] },
    'cilium',
  );

  it('is Cilium’s own kind of policy, which denies everyone both ways', () => {
    expect(parseAllDocuments(yaml).map((document) => document.toJS() as unknown)).toEqual([
      {
        apiVersion: 'cilium.io/v2',
        kind: 'CiliumNetworkPolicy',
        metadata: { name: 'quarantine-checkout', namespace: 'shop' },
        spec: {
          endpointSelector: { matchLabels: { app: 'checkout', 'vibrissa.io/quarantine': 'true' } },
          ingressDeny: [{ fromEntities: ['all'] }],
          egressDeny: [{ toEntities: ['all'] }],
        },
      },
    ]);
    expect(written).toBeNull();
    expect(commands.at(-1)).toBe('kubectl -n shop label pods -l app=checkout vibrissa.io/quarantine-');
  });
});

describe('quarantine where nobody says what enforces', () => {
  it('is a Kubernetes policy that allows nothing, and says that others may', () => {
    const plain = quarantine({ namespace: 'shop', name: 'checkout', labels: ['app=checkout'] }, 'unknown');
    const [document] = parseAllDocuments(plain.yaml);
    expect(document?.toJS()).toMatchObject({
      kind: 'NetworkPolicy',
      metadata: { name: 'quarantine-checkout', namespace: 'shop' },
      spec: {
        podSelector: { matchLabels: { app: 'checkout', 'vibrissa.io/quarantine': 'true' } },
        policyTypes: ['Ingress', 'Egress'],
      },
    });
    expect(plain.caveats[0]).toContain('Kubernetes policies add up');
    const set = new PolicySet([], plain.policy === null ? [] : [plain.policy]);
    const out = evaluateConnection(
      set,
      connection({
        source: podParty({
          namespace: 'shop',
          labels: { app: 'checkout', 'vibrissa.io/quarantine': 'true' },
          namespaceLabels: {},
          ip: '10.0.0.1',
        }),
        dest: outsideParty('192.0.2.1'),
      }),
    );
    expect(out.verdict).toBe('deny');
  });
});
