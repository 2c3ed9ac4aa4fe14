import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ASKS_DNS, CART, DNS_RULE, LEDGER, one, spec, WEB } from './testing/cart-lines.js';
import { HOUR, line, NOW, network } from './testing/learned-lines.js';

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

it('what flows say ends no comment', () => {
  const dest = network('pub', 'x\n  evil: true');
  const found = one([line({ source: CART, dest, port: 443, destIps: ['192.0.2.1'] }), ASKS_DNS]);
  expect(found.yaml).toContain('# to x evil: true on 443/TCP');
  expect(JSON.stringify(spec(found))).not.toContain('evil');
});
