import type { FlowGroup } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type Cluster, EMPTY_CLUSTER, type PodObject } from './cluster.js';
import { learn } from './recommend.js';
import type { LearnOptions, Recommendation } from './recommendation.js';
import { HOUR, line, NOW, network, pods } from './testing/learned-lines.js';

const OPTIONS: LearnOptions = {
  namespace: 'shop',
  workload: 'cart',
  dialect: 'kubernetes',
  staged: false,
  includeDenied: false,
  tier: 'default',
  now: NOW,
};

function learned(
  lines: readonly FlowGroup[],
  options: Partial<LearnOptions> = {},
  cluster: Cluster = EMPTY_CLUSTER,
): readonly Recommendation[] {
  const reducer = learn({ ...OPTIONS, ...options }, cluster);
  reducer.add(lines);
  return reducer.result();
}

/** What is recommended for the cart. */
function one(
  lines: readonly FlowGroup[],
  options: Partial<LearnOptions> = {},
  cluster: Cluster = EMPTY_CLUSTER,
): Recommendation {
  const [found] = learned(lines, options, cluster);
  if (found === undefined) throw new Error('nothing was recommended');
  return found;
}

/** The last document: the policy itself. */
function spec({ yaml }: Recommendation): unknown {
  const documents = parseAllDocuments(yaml).map((document) => document.toJS() as unknown);
  return (documents.at(-1) as { spec: unknown }).spec;
}

const CART = pods('shop', 'cart');
const WEB = pods('shop', 'web');
const LEDGER = pods('payments', 'ledger');
const DNS = pods('kube-system', 'coredns');
const ASKS_DNS = line({
  source: CART,
  dest: DNS,
  port: 53,
  protocol: 'udp',
  destLabels: ['k8s-app=kube-dns'],
});

const DNS_RULE = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { protocol: 'TCP', port: 53 },
    { protocol: 'UDP', port: 53 },
  ],
};

describe('a recommended Kubernetes policy', () => {
  it('has one rule for each peer, with its ports together', () => {
    const found = one([
      line({ source: WEB, dest: CART, port: 8080 }),
      line({ source: WEB, dest: CART, port: 9090 }),
      line({ source: WEB, dest: CART, port: 8081 }),
      line({ source: CART, dest: LEDGER, port: 8443 }),
      ASKS_DNS,
    ]);
    expect(spec(found)).toEqual({
      podSelector: { matchLabels: { app: 'cart' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { app: 'web' } } }],
          ports: [
            { protocol: 'TCP', port: 8080, endPort: 8081 },
            { protocol: 'TCP', port: 9090 },
          ],
        },
      ],
      egress: [
        DNS_RULE,
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'payments' } },
              podSelector: { matchLabels: { app: 'ledger' } },
            },
          ],
          ports: [{ protocol: 'TCP', port: 8443 }],
        },
      ],
    });
    expect(found.policy).toMatchObject({ kind: 'NetworkPolicy', namespace: 'shop', name: 'learned-cart' });
    expect(found.rules).toEqual([
      {
        direction: 'ingress',
        index: 0,
        text: 'from web in shop to port 8080–8081, 9090/TCP',
        lines: 3,
        connections: 9,
        bytes: 600,
        firstSeen: NOW - 2 * HOUR,
        lastSeen: NOW - HOUR,
        reporters: 2,
      },
      expect.objectContaining({
        direction: 'egress',
        index: 0,
        text: 'to coredns in kube-system on 53/TCP and UDP',
      }),
      expect.objectContaining({
        direction: 'egress',
        index: 1,
        text: 'to ledger in payments on 8443/TCP',
        lines: 1,
      }),
    ]);
    expect(found.yaml).toContain(
      '    # from web in shop to port 8080–8081, 9090/TCP: 3 lines, 9 connections, 600 bytes, first seen 2026-01-02 10:00, last seen 2026-01-02 11:00 UTC, by both ends\n    - from:',
    );
    expect(found.yaml).toContain('# Learned from 5 observed lines of cart; nothing new for 2 hours');
  });

  it('is about the directions that something was observed in, and says which are left as they are', () => {
    const found = one([line({ source: WEB, dest: CART, port: 8080 })]);
    expect(found.policy?.types).toEqual(['ingress']);
    expect(found.caveats[0]).toBe('No egress to learn from was observed: the policy leaves egress as it is.');
  });

  it('lets DNS through where other egress was observed, and says that nobody asked it', () => {
    const found = one([line({ source: CART, dest: WEB, port: 80 })]);
    expect(spec(found)).toMatchObject({ egress: [DNS_RULE, { ports: [{ protocol: 'TCP', port: 80 }] }] });
    expect(found.rules.map(({ index, text }) => [index, text])).toEqual([[1, 'to web in shop on 80/TCP']]);
    expect(found.yaml).toContain('    # DNS was not observed');
  });

  it('lets every pod ask what answers names', () => {
    const service = { namespace: 'shop', name: 'names', portName: 'dns', port: 53 };
    const ask = (source: typeof WEB, protocol: string) =>
      line({ source, dest: CART, port: 5353, protocol, sourceLabels: null, service });
    const lines = [ask(WEB, 'udp'), ask(LEDGER, 'udp'), ask(LEDGER, 'tcp')];
    expect(spec(one(lines))).toMatchObject({
      ingress: [
        {
          from: [{ namespaceSelector: {}, podSelector: {} }],
          ports: [
            { protocol: 'TCP', port: 5353 },
            { protocol: 'UDP', port: 5353 },
          ],
        },
      ],
    });
    expect(one(lines).rules.map(({ text, lines: seen }) => [text, seen])).toEqual([
      ['from every pod to port 5353/TCP and UDP', 3],
    ]);
    expect(spec(one(lines, { dialect: 'calico' }))).toMatchObject({
      ingress: [{ protocol: 'TCP', source: { namespaceSelector: 'all()' } }, { protocol: 'UDP' }],
    });
  });

  it('is staged as Calico’s kind for it', () => {
    const found = one([line({ source: WEB, dest: CART, port: 8080 })], { staged: true });
    expect(parse(found.yaml)).toMatchObject({
      apiVersion: 'projectcalico.org/v3',
      kind: 'StagedKubernetesNetworkPolicy',
      spec: { stagedAction: 'Set', podSelector: { matchLabels: { app: 'cart' } } },
    });
  });

  it('leaves out what Kubernetes has no word for', () => {
    const ping = line({ source: WEB, dest: CART, port: 0, protocol: 'icmp' });
    const found = one([line({ source: WEB, dest: CART, port: 8080 }), ping]);
    expect(found.notCovered).toMatchObject([
      { protocol: 'icmp', lines: 1, reason: 'A Kubernetes policy cannot name icmp.' },
    ]);
    expect(one([ping], { dialect: 'calico' }).rules.map(({ text }) => text)).toEqual([
      'from web in shop over ICMP',
    ]);
  });
});

describe('a recommended Calico policy', () => {
  it('has a rule for each peer and protocol, and names namespaces in Calico’s way', () => {
    const found = one([line({ source: CART, dest: LEDGER, port: 8443 }), ASKS_DNS], {
      dialect: 'calico',
      staged: true,
      tier: 'platform',
    });
    expect(parse(found.yaml)).toEqual({
      apiVersion: 'projectcalico.org/v3',
      kind: 'StagedNetworkPolicy',
      metadata: { name: 'platform.learned-cart', namespace: 'shop' },
      spec: {
        stagedAction: 'Set',
        tier: 'platform',
        order: 1000,
        selector: 'app == "cart"',
        types: ['Egress'],
        egress: [
          ...(['TCP', 'UDP'] as const).map((protocol) => ({
            action: 'Allow',
            protocol,
            destination: {
              namespaceSelector: 'projectcalico.org/name == "kube-system"',
              selector: 'k8s-app == "kube-dns"',
              ports: [53],
            },
          })),
          {
            action: 'Allow',
            protocol: 'TCP',
            destination: {
              namespaceSelector: 'projectcalico.org/name == "payments"',
              selector: 'app == "ledger"',
              ports: [8443],
            },
          },
        ],
      },
    });
    // What goes over UDP is no evidence for TCP.
    expect(found.rules.map(({ index }) => index)).toEqual([1, 2]);
  });

  it('puts more than a few addresses into a network set', () => {
    const destIps = ['192.0.2.10', '192.0.2.9', '192.0.2.1', '192.0.2.2', '192.0.2.3'];
    const found = one(
      [line({ source: CART, dest: network('pub', 'api.example.com'), port: 443, destIps }), ASKS_DNS],
      {
        dialect: 'calico',
      },
    );
    const [set] = found.networkSets;
    expect(set).toEqual({
      namespace: 'shop',
      name: 'cart-api-example-com',
      labels: { 'vibrissa.io/network-set': 'cart-api-example-com' },
      nets: ['192.0.2.1/32', '192.0.2.2/32', '192.0.2.3/32', '192.0.2.9/32', '192.0.2.10/32'],
    });
    expect(found.yaml).toContain('kind: NetworkSet');
    expect(spec(found)).toMatchObject({
      egress: [
        {},
        {},
        { destination: { selector: 'vibrissa.io/network-set == "cart-api-example-com"', ports: [443] } },
      ],
    });
  });

  it('selects a network set by its labels, and a global one as such', () => {
    const bank = { kind: 'network-set', namespace: '', name: 'bank', address: '' } as const;
    const call = line({
      source: CART,
      dest: bank,
      port: 443,
      destLabels: ['role=bank'],
      destIps: ['192.0.2.1'],
    });
    expect(spec(one([call, ASKS_DNS], { dialect: 'calico' }))).toMatchObject({
      egress: [{}, {}, { destination: { namespaceSelector: 'global()', selector: 'role == "bank"' } }],
    });
    expect(spec(one([call, ASKS_DNS]))).toMatchObject({
      egress: [DNS_RULE, { to: [{ ipBlock: { cidr: '192.0.2.1/32' } }] }],
    });
  });
});

describe('what is outside the cluster', () => {
  it('is named by the addresses seen, sorted, with its names beside them', () => {
    const destIps = ['192.0.2.10', '192.0.2.9', '2001:DB8::1'];
    const dest = network('pub', 'api.example.com');
    const found = one([line({ source: CART, dest, port: 443, destIps }), ASKS_DNS]);
    expect(spec(found)).toMatchObject({
      egress: [
        DNS_RULE,
        {
          to: ['192.0.2.9/32', '192.0.2.10/32', '2001:db8::1/128'].map((cidr) => ({ ipBlock: { cidr } })),
          ports: [{ protocol: 'TCP', port: 443 }],
        },
      ],
    });
    expect(found.yaml).toContain('# to api.example.com on 443/TCP');
    expect(found.caveats.join()).toContain('api.example.com is named by the addresses seen');
  });

  it('has a rule for each family of addresses, which Calico does not take together', () => {
    const destIps = ['192.0.2.9', '2001:db8::1'];
    const call = line({ source: CART, dest: network('pub', 'api.example.com'), port: 443, destIps });
    const found = one([call, ASKS_DNS], { dialect: 'calico' });
    expect(found.policy?.egress.slice(2).map(({ dest }) => dest.nets)).toEqual([
      ['192.0.2.9/32'],
      ['2001:db8::1/128'],
    ]);
    expect(found.rules.map(({ index }) => index)).toEqual([1, 2]);
    const open = one([line({ source: network('pub'), dest: CART, port: 443 })], { dialect: 'calico' });
    expect(open.policy?.ingress.map(({ source }) => source.nets)).toEqual([['0.0.0.0/0'], ['::/0']]);
  });

  it('is not let at the ports of others', () => {
    const found = one([
      line({ source: CART, dest: network('pub', '192.0.2.1'), port: 443 }),
      line({ source: CART, dest: network('pub', '192.0.2.2'), port: 443 }),
      line({ source: CART, dest: network('pub', '192.0.2.2'), port: 25 }),
      ASKS_DNS,
    ]);
    expect(found.policy?.egress.slice(2).map(({ dest }) => [dest.nets, dest.ports])).toEqual([
      [['192.0.2.2/32'], [{ from: 25, to: 25 }]],
      [['192.0.2.1/32'], [{ from: 443, to: 443 }]],
      [['192.0.2.2/32'], [{ from: 443, to: 443 }]],
    ]);
  });

  it('is all of its sort where not all addresses are known, and says so', () => {
    const found = one([line({ source: network('pub'), dest: CART, port: 443 })]);
    expect(spec(found)).toMatchObject({
      ingress: [
        {
          from: [
            { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] } },
            { ipBlock: { cidr: '::/0' } },
          ],
          ports: [{ protocol: 'TCP', port: 443 }],
        },
      ],
    });
    expect(found.caveats.join()).toContain('the rule is for the whole internet. Narrow it down.');
    const many = Array.from({ length: 9 }, (_, at) => `192.0.2.${at}`);
    const cut = one([line({ source: network('pub'), dest: CART, port: 443, sourceIps: many })]);
    expect(cut.policy?.ingress[0]?.source.nets).toEqual(['0.0.0.0/0']);
  });

  it('and a node, which is named by its address or not at all', () => {
    const node = { kind: 'host', namespace: '', name: 'node-1', address: '' } as const;
    const known = one([line({ source: node, dest: CART, port: 8080, sourceIps: ['10.1.0.4'] })]);
    expect(known.policy?.ingress[0]?.source.nets).toEqual(['10.1.0.4/32']);
    expect(known.caveats.join()).toContain('nodes come and go');
    const unknown = one([line({ source: node, dest: CART, port: 8080 })]);
    expect(unknown.policy).toBeNull();
    expect(unknown.notCovered[0]?.reason).toContain('passes without a rule');
  });

  it.each(['host', 'remote-node', 'kube-apiserver'])('nor what Cilium alone can name: %s', (name) => {
    const found = one([line({ source: network(name), dest: CART, port: 8080 })]);
    expect(found.policy).toBeNull();
    expect(found.notCovered).toHaveLength(1);
  });
});

describe('the Kubernetes API', () => {
  const service = { namespace: 'default', name: 'kubernetes', portName: 'https', port: 443 };
  const call = line({ source: CART, dest: network('pvt'), port: 6443, service });

  it('is named by the addresses of its servers', () => {
    const slice = {
      namespace: 'default',
      name: 'kubernetes',
      service: 'kubernetes',
      ports: [{ port: 6443, protocol: 'TCP' }],
      addresses: ['10.0.0.2', '10.0.0.1'],
    };
    const found = one([call, ASKS_DNS], {}, { ...EMPTY_CLUSTER, endpointSlices: [slice] });
    expect(spec(found)).toMatchObject({
      egress: [
        DNS_RULE,
        { to: [{ ipBlock: { cidr: '10.0.0.1/32' } }, { ipBlock: { cidr: '10.0.0.2/32' } }] },
      ],
    });
    expect(found.rules[1]?.text).toBe('to the Kubernetes API on 6443/TCP');
    expect(found.caveats.join()).toContain('they change with the control plane');
  });

  it('is named by its service where Calico is asked and no address is known', () => {
    expect(spec(one([call, ASKS_DNS], { dialect: 'calico' }))).toMatchObject({
      egress: [
        {},
        {},
        { action: 'Allow', destination: { services: { namespace: 'default', name: 'kubernetes' } } },
      ],
    });
    expect(one([call, ASKS_DNS]).policy?.egress.at(-1)?.dest.nets).toEqual(['192.168.0.0/16']);
  });
});

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

it('what flows say ends no comment', () => {
  const dest = network('pub', 'x\n  evil: true');
  const found = one([line({ source: CART, dest, port: 443, destIps: ['192.0.2.1'] }), ASKS_DNS]);
  expect(found.yaml).toContain('# to x evil: true on 443/TCP');
  expect(JSON.stringify(spec(found))).not.toContain('evil');
});
