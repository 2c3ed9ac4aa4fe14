import { describe, expect, it } from 'vitest';
import { problemText } from './read-problem.js';
import { readObjects } from './read-resources.js';
import { CALICO, problems, read } from './test-read.js';

describe('readResources', () => {
  it('says file, document, line, path and what was expected, and reads the other documents', () => {
    const text = `${CALICO}spec:
  ingress:
  - action: Permit
---
${CALICO}spec: {order: 5}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: k}
spec:
  podSelector: {}
  ingress:
  - ports:
    - port: 80
      endPort: 70
`;
    const found = read(text);
    expect(found.policies.map(({ order }) => order)).toEqual([5]);
    expect(found.problems.map(problemText)).toEqual([
      'x.yaml:6 (document 1) spec.ingress[0].action: expected Allow, Deny, Log or Pass, found "Permit"',
      'x.yaml:21 (document 3) spec.ingress[0].ports[0].endPort: expected a whole number from 80 to 65535, found 70',
    ]);
  });

  it('says where a selector stops making sense', () => {
    const [text] = problems(`${CALICO}spec:\n  selector: "app = 'web'"\n`);
    expect(text).toMatch(
      /^x\.yaml:5 \(document 1\) spec\.selector: expected a selector expression \(.*character 5/,
    );
  });

  it('refuses a line break inside a selector, as Calico does', () => {
    expect(problems(`${CALICO}spec:\n  selector: |\n    app == 'web' &&\n    has(role)\n`)).toHaveLength(1);
    // Blanks around it are harmless: the folded form of one line ends in a line break.
    expect(problems(`${CALICO}spec:\n  selector: "  app == 'web' "\n`)).toEqual([]);
  });

  it('reads the lists that kubectl prints, as YAML and as JSON', () => {
    const items = ['a', 'b'].map((name) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace: 'shop' },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    }));
    const list = { apiVersion: 'v1', kind: 'List', items };
    expect(read(JSON.stringify(list)).policies.map(({ name }) => name)).toEqual(['a', 'b']);
    const typed = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicyList',
      items: items.map(({ metadata, spec }) => ({ metadata, spec })),
    };
    expect(read(JSON.stringify(typed)).policies.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('finds the line of an error inside a list in JSON', () => {
    const item = {
      ...JSON.parse('{"apiVersion":"projectcalico.org/v3","kind":"Tier","metadata":{"name":"t"}}'),
      spec: { order: 'first' },
    };
    const [problem] = read(
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item] }, null, 1),
    ).problems;
    expect(problem).toMatchObject({
      path: 'items[0].spec.order',
      message: 'expected a number, found "first"',
    });
    expect(problem?.line).toBeGreaterThan(5);
  });

  it('warns of fields that nothing reads, and of objects given twice', () => {
    const found = read(`${CALICO}spec: {selectr: all()}\n---\n${CALICO}spec: {order: 7}\n`);
    expect(found.policies).toMatchObject([{ order: 7 }]);
    expect(found.problems.map(({ severity, path }) => [severity, path])).toEqual([
      ['warning', 'spec.selectr'],
      ['warning', ''],
    ]);
  });

  it('counts objects that say nothing about policy', () => {
    const found = read(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n',
    );
    expect([...found.ignored]).toEqual([
      ['ConfigMap', 1],
      ['Secret', 1],
    ]);
    expect(found.problems).toEqual([]);
  });

  it.each([
    ['what is no YAML', 'a: [1, 2'],
    ['what is no object', '- just\n- a list\n'],
    ['a text', 'hello'],
    ['nesting without end', '['.repeat(50_000)],
    [
      'aliases that multiply',
      `a: &a [${'x,'.repeat(50)}]\n${[...'bcdefgh'].map((c, i) => `${c}: &${c} [${`*${'abcdefg'[i]},`.repeat(50)}]`).join('\n')}\n`,
    ],
    ['an alias that leads to itself', 'a: &a [*a]\napiVersion: v1\nkind: Pod\n'],
    ['metadata that is no object', 'apiVersion: v1\nkind: Pod\nmetadata: 7\n'],
    ['a list whose items are none', 'apiVersion: v1\nkind: List\nitems: 7\n'],
    [
      'lists in lists without end',
      `${'{"apiVersion":"v1","kind":"List","items":['.repeat(2000)}${']}'.repeat(2000)}`,
    ],
    ['a prototype', '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"__proto__":7}}}'],
  ])('takes %s for a problem, not for a reason to fail', (_, text) => {
    const found = read(`${text}`);
    expect(found.problems.length).toBeGreaterThan(0);
    expect(found.cluster.pods).toEqual([]);
  });

  it('reads nothing from nothing', () => {
    expect(read('').problems).toEqual([]);
    expect(read('---\n---\n').problems).toEqual([]);
  });
});

describe('readObjects', () => {
  it('takes what an API server has taken, and uses what can be read of it', () => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'p' },
      spec: { podSelector: {}, ingress: [{}, { from: [{}] }] },
    };
    const calico = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'q' },
      spec: { selector: 'app = 1' },
    };
    const found = readObjects('the Kubernetes API', [{ kind: 'Pod' }, policy, calico]);
    expect(found.policies.map(({ ingress }) => ingress.length)).toEqual([1]);
    expect(found.cluster.complete).toBe(false);
    expect(found.problems.map(problemText)).toEqual([
      'the Kubernetes API (document 1): expected a Kubernetes object with apiVersion and kind, found an object',
      'the Kubernetes API (document 2) spec.ingress[1].from[0]: expected a podSelector, a namespaceSelector or an ipBlock, found an object',
      expect.stringMatching(/\(document 3\) spec\.selector: expected a selector expression/),
    ]);
  });
});

describe('the rest of a cluster', () => {
  it('is read with what the API server adds', () => {
    const { cluster } = read(`apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: red}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, generateName: web-, ownerReferences: [{kind: ReplicaSet, name: web}]}
spec: {containers: [{ports: [{name: http, containerPort: 80}, {containerPort: 81}]}], nodeName: n1}
status: {podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: partners, labels: {kind: partner}}
spec: {nets: [192.0.2.0/24]}
---
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: n1-eth0, labels: {role: node}}
spec: {node: n1, expectedIPs: [10.1.0.1], profiles: [projectcalico-default-allow]}
`);
    expect(cluster.namespaces).toEqual([
      { name: 'shop', labels: { team: 'red', 'kubernetes.io/metadata.name': 'shop' } },
    ]);
    expect(cluster.pods).toMatchObject([
      {
        serviceAccount: 'default',
        ips: ['10.0.0.1', 'fd00::1'],
        ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
        owner: { kind: 'ReplicaSet', name: 'web' },
        node: 'n1',
      },
    ]);
    expect(cluster.services).toMatchObject([{ ports: [{ port: 80, targetPort: 'http', protocol: 'TCP' }] }]);
    expect(cluster.networkSets).toMatchObject([{ namespace: '', nets: ['192.0.2.0/24'] }]);
    expect(cluster.hostEndpoints).toMatchObject([{ node: 'n1', ips: ['10.1.0.1'] }]);
  });
});
