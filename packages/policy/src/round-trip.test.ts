import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { problemText } from './read-problem.js';
import { readResources } from './read-resources.js';
import { PolicyNotWritableError, writeYaml } from './write-yaml.js';

const EVERYTHING = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: everything}
spec:
  tier: security
  order: 12.5
  namespaceSelector: team == 'red'
  serviceAccountSelector: role in {'api', 'web'}
  doNotTrack: true
  applyOnForward: true
  types: [Ingress, Egress]
  ingress:
  - action: Allow
    metadata: {annotations: {name: from the web}}
    protocol: TCP
    notProtocol: UDP
    ipVersion: 4
    http: {methods: [GET], paths: [{prefix: /a}]}
    source:
      selector: app == 'web' && !has(canary)
      notSelector: role starts with 'x'
      namespaceSelector: global()
      serviceAccounts: {names: [web], selector: trusted == 'yes'}
      nets: [10.0.0.0/8]
      notNets: [10.1.0.0/16]
    destination: {ports: [80, '8000:9000', http], notPorts: [8080]}
  - action: Log
    protocol: ICMP
    icmp: {type: 8}
    notICMP: {type: 0, code: 0}
  egress:
  - action: Pass
    destination: {services: {name: api, namespace: shop}}
---
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: gone, namespace: shop}
spec: {stagedAction: Delete, tier: security}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: plain, namespace: shop}
spec:
  podSelector: {matchExpressions: [{key: canary, operator: DoesNotExist}, {key: app, operator: In, values: [a, b]}]}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}], ports: [{port: 80, endPort: 90}]}]
  egress: [{to: [{namespaceSelector: {matchLabels: {team: red}}}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: spread, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}, {ipBlock: {cidr: 192.0.2.0/24}}]
    ports: [{port: 53}, {protocol: UDP, port: 53}, {protocol: UDP, port: dns}]
  - {}
  egress:
  - ports: [{protocol: SCTP}]
  - to: [{namespaceSelector: {}, podSelector: {}}]
---
apiVersion: projectcalico.org/v3
kind: StagedKubernetesNetworkPolicy
metadata: {name: plain, namespace: shop}
spec: {stagedAction: Set, podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: []}
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: guard}
spec:
  tier: Admin
  priority: 10
  subject: {pods: {namespaceSelector: {matchLabels: {team: red}}, podSelector: {matchLabels: {app: web}}}}
  ingress:
  - name: scrape
    action: Accept
    from: [{namespaces: {matchLabels: {team: ops}}}, {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: prom}}}}]
    protocols: [{tcp: {destinationPort: {number: 9102}}}, {tcp: {destinationPort: {range: {start: 9200, end: 9300}}}}, {udp: {}}, {destinationNamedPort: metrics}]
  - action: Pass
    from: [{namespaces: {matchLabels: {team: ops}}}]
  egress:
  - action: Deny
    to: [{networks: [169.254.169.254/32]}]
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: base}
spec:
  tier: Baseline
  priority: 0
  subject: {namespaces: {}}
  egress: [{action: Deny, to: [{namespaces: {}}]}]
`;

const SETS = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: bank, labels: {role: bank}}
spec: {nets: [192.0.2.0/24, 2001:db8::/32]}
---
apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: {name: partners, namespace: shop}
spec: {nets: [198.51.100.7/32]}
`;

function read(text: string) {
  const found = readResources([{ name: 'x.yaml', text }]);
  expect(found.problems.map(problemText)).toEqual([]);
  return found.policies;
}

describe('what is read and written again', () => {
  it('is the same policy, and writing is stable', () => {
    const policies = read(EVERYTHING);
    const text = writeYaml(policies);
    const again = read(text);
    expect(again).toEqual(policies);
    expect(writeYaml(again)).toBe(text);
  });

  it('keeps the rules of a Kubernetes policy as their author counts them', () => {
    const spread = read(EVERYTHING).filter(({ name }) => name === 'spread');
    const written: unknown = parse(writeYaml(spread));
    expect(written).toMatchObject({
      spec: {
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { app: 'web' } } }, { ipBlock: { cidr: '192.0.2.0/24' } }],
            ports: [
              { protocol: 'TCP', port: 53 },
              { protocol: 'UDP', port: 53 },
              { protocol: 'UDP', port: 'dns' },
            ],
          },
          {},
        ],
        egress: [{ ports: [{ protocol: 'SCTP' }] }, { to: [{ namespaceSelector: {}, podSelector: {} }] }],
      },
    });
  });

  it('is the same network set', () => {
    const found = readResources([{ name: 'x.yaml', text: SETS }]);
    expect(found.problems).toEqual([]);
    const text = writeYaml(found.cluster.networkSets);
    expect(readResources([{ name: 'x.yaml', text }]).cluster.networkSets).toEqual(found.cluster.networkSets);
    expect(text).toContain('kind: GlobalNetworkSet');
  });

  it('is refused where the dialect has no word for it, rather than written without', () => {
    const [plain] = read(EVERYTHING.split('---\n').slice(2, 3).join(''));
    if (plain === undefined) throw new Error('no policy was read');
    const [rule] = plain.ingress;
    if (rule === undefined) throw new Error('no rule was read');
    for (const more of [{ ipVersion: 6 }, { icmp: { type: 8 } }, { notProtocol: 'udp' }] as const) {
      const changed = { ...plain, ingress: [{ ...rule, ...more }] };
      expect(() => writeYaml([changed])).toThrow(PolicyNotWritableError);
    }
    const byService = {
      ...rule,
      source: { ...rule.source, nets: [], service: { namespace: 'a', name: 'b' } },
    };
    expect(() => writeYaml([{ ...plain, ingress: [byService] }])).toThrow(PolicyNotWritableError);
  });
});
