import { describe, expect, it } from 'vitest';
import { EMPTY_CLUSTER, type PodObject } from './cluster.js';
import { CART, DNS, LEDGER, learned, one, spec, WEB } from './testing/cart-lines.js';
import { HOUR, line, NOW, pods } from './testing/learned-lines.js';

describe('what is not learned from', () => {
  const allowed = line({ source: WEB, dest: CART, port: 8080 });
  const denied = line({ source: LEDGER, dest: CART, port: 22, verdict: 'deny' });

  it('is what was denied, unless it is asked for', () => {
    const found = one([allowed, denied]);
    expect(found.policy?.ingress).toHaveLength(1);
    expect(found.notCovered).toMatchObject([{ port: 22, lines: 1, source: { namespace: 'payments' } }]);
    expect(one([allowed, denied], { includeDenied: true }).policy?.ingress).toHaveLength(2);
  });

  it('is what was allowed until it was denied', () => {
    const cutOff = line({
      source: LEDGER,
      dest: CART,
      port: 22,
      reporters: ['dst', 'dst'],
      verdict: ['deny', 'allow'],
      lastSeen: [NOW, NOW - HOUR],
    });
    const letIn = line({
      source: LEDGER,
      dest: CART,
      port: 23,
      reporters: ['dst', 'dst'],
      verdict: ['deny', 'allow'],
      lastSeen: [NOW - HOUR, NOW],
    });
    const found = one([cutOff, letIn]);
    expect(found.policy?.ingress.map(({ dest }) => dest.ports)).toEqual([[{ from: 23, to: 23 }]]);
    expect(found.notCovered).toMatchObject([{ port: 22 }]);
  });

  it('is what nobody answered and nobody says was allowed', () => {
    const scan = line({
      source: LEDGER,
      dest: CART,
      port: 22,
      verdict: 'unknown',
      drops: ['no reply'],
      packetsReceived: 0,
    });
    const told = line({ source: LEDGER, dest: CART, port: 80, verdict: 'unknown' });
    const found = one([scan, told]);
    expect(found.notCovered).toMatchObject([{ port: 22, reason: 'No answer to it was seen.' }]);
    expect(found.caveats.join()).toContain('1 of its lines were learned from though no report tells');
  });

  it('is what cannot be named', () => {
    const nobody = line({ source: LEDGER, dest: CART, port: 80, sourceLabels: null });
    const unknownPort = line({ source: WEB, dest: CART, port: 0 });
    const unknownProtocol = line({ source: WEB, dest: CART, port: 80, protocol: '' });
    const found = one([allowed, nobody, unknownPort, unknownProtocol]);
    expect(found.notCovered.map(({ reason }) => reason).sort()).toEqual([
      'Its port is not known.',
      'Its protocol is not known.',
      'No stable label of payments/ledger-7d9f5c8b6d-* is known to name it by.',
    ]);
  });

  it('is what looks like a scan of ports', () => {
    const ports = Array.from({ length: 101 }, (_, at) =>
      line({ source: LEDGER, dest: CART, port: 1 + at * 2 }),
    );
    const found = one([allowed, ...ports]);
    expect(found.notCovered).toMatchObject([{ lines: 101, source: { namespace: 'payments' } }]);
    expect(found.notCovered[0]?.reason).toContain('looks like a scan');
  });

  it('leaves nothing of a workload that has no label of its own', () => {
    const found = one([
      line({ source: WEB, dest: CART, port: 80, destLabels: ['pod-template-hash=7d9f5c8b6d'] }),
    ]);
    expect(found).toMatchObject({ policy: null, yaml: '', rules: [] });
    expect(found.caveats).toEqual(['No stable label of shop/cart was reported to select it by.']);
  });

  it('is said of a workload that nobody saw, and nothing of a namespace that cannot be', () => {
    expect(learned([], { workload: 'ghost' })).toMatchObject([{ workload: 'ghost', policy: null }]);
    expect(learned([allowed], { workload: null, namespace: 'x"y' })).toEqual([]);
  });
});

describe('workloads', () => {
  it('are each of the namespace, sorted', () => {
    const lines = [
      line({ source: WEB, dest: CART, port: 8080 }),
      line({ source: LEDGER, dest: DNS, port: 53 }),
    ];
    expect(learned(lines, { workload: null }).map(({ workload }) => workload)).toEqual(['cart', 'web']);
  });

  it('that the same labels select are one: the pods of a StatefulSet', () => {
    const db = (at: number) => ({ ...pods('shop', 'db'), name: `db-${at}` });
    const labels = (at: number) => ['app=db', `statefulset.kubernetes.io/pod-name=db-${at}`];
    const lines = [
      line({ source: CART, dest: db(0), port: 5432, destLabels: labels(0) }),
      line({ source: db(1), dest: db(0), port: 5433, sourceLabels: labels(1), destLabels: labels(0) }),
    ];
    const found = learned(lines, { workload: 'db-1' });
    expect(found.map(({ workload, policy }) => [workload, policy?.name])).toEqual([['db', 'learned-db']]);
    expect(found[0]?.rules.map(({ text }) => text)).toEqual([
      'from cart in shop to port 5432/TCP',
      'from db in shop to port 5433/TCP',
      'to db in shop on 5433/TCP',
    ]);
  });

  it('say which others their labels select too', () => {
    const canary = pods('shop', 'cart-canary');
    const lines = [
      line({ source: WEB, dest: CART, port: 80, destLabels: ['app=cart'] }),
      line({
        source: WEB,
        dest: canary,
        port: 80,
        destLabels: ['app=cart', 'app.kubernetes.io/component=canary'],
      }),
    ];
    expect(one(lines).caveats.join()).toContain('Its labels also select cart-canary');
  });

  it('have the labels that the cluster knows where reports tell none', () => {
    const pod: PodObject = {
      namespace: 'payments',
      name: 'ledger-7d9f5c8b6d-abcde',
      generateName: 'ledger-7d9f5c8b6d-',
      labels: { app: 'ledger', 'pod-template-hash': '7d9f5c8b6d' },
      serviceAccount: 'default',
      ports: [],
      hostNetwork: false,
      ips: ['10.0.0.9'],
      node: 'n',
      owner: null,
    };
    const found = one(
      [line({ source: LEDGER, dest: CART, port: 80, sourceLabels: null })],
      {},
      { ...EMPTY_CLUSTER, pods: [pod] },
    );
    expect(spec(found)).toMatchObject({
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'ledger' } } }] }],
    });
  });
});

describe('stability', () => {
  it('is the time since the newest peer or port was first seen, a rollout aside', () => {
    const rolledOut = { ...WEB, name: 'web-5d78c9869d-*' };
    const sourceLabels = ['app=web'];
    const lines = [
      line({ source: WEB, dest: CART, port: 80, firstSeen: NOW - 9 * HOUR, sourceLabels }),
      line({ source: rolledOut, dest: CART, port: 80, firstSeen: NOW - HOUR, sourceLabels }),
      line({ source: WEB, dest: CART, port: 81, firstSeen: NOW - 5 * HOUR, sourceLabels }),
    ];
    expect(one(lines).stableForMs).toBe(5 * HOUR);
  });

  it('takes ports that are given out at random for one range', () => {
    const ports = [40_000, 40_100, 40_200, 40_300, 50_000];
    const lines = ports.map((port, at) =>
      line({ source: WEB, dest: CART, port, firstSeen: NOW - (9 - at) * HOUR }),
    );
    const found = one(lines);
    expect(found.policy?.ingress[0]?.dest.ports).toEqual([{ from: 32_768, to: 65_535 }]);
    expect(found.stableForMs).toBe(9 * HOUR);
    expect(found.caveats.join()).toContain('many ports from 32768 on');
  });
});
