import type { ResourceFile } from '@vibrissa/policy';

export interface PolicyLoad {
  readonly policies: number;
  readonly tiers: number;
  readonly pods: number;
}

const NAMESPACES = 50;
const APPS = 40;
const TEAMS = 10;

/** A cluster as `kubectl get -o json` prints it: policies of every kind, spread over tiers and namespaces. */
export function policyFiles({ policies, tiers, pods }: PolicyLoad): readonly ResourceFile[] {
  return [
    file('namespaces', range(NAMESPACES).map(namespaceObject)),
    file('pods', range(pods).map(podObject)),
    file('tiers', range(tiers - 1).map(tierObject)),
    file(
      'policies',
      range(policies).map((number) => policyObject(number, tiers)),
    ),
  ];
}

function file(name: string, items: readonly object[]): ResourceFile {
  return { name: `${name}.json`, text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) };
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, number) => number);
}

function namespaceObject(number: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: `ns-${number}`, labels: { team: `team-${number % TEAMS}` } },
  };
}

function podObject(number: number): object {
  const app = `app-${Math.floor(number / NAMESPACES) % APPS}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${app}-${number}`,
      namespace: `ns-${number % NAMESPACES}`,
      labels: { app, tier: number % 3 === 0 ? 'front' : 'back', 'pod-template-hash': `h${number % 97}` },
    },
    spec: { containers: [{ ports: [{ name: 'http', containerPort: 8080 }] }] },
    status: { podIP: `10.${Math.floor(number / 65_536)}.${Math.floor(number / 256) % 256}.${number % 256}` },
  };
}

/** The last tier is `default`, which every cluster has. */
function tierObject(number: number): object {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'Tier',
    metadata: { name: `tier-${number}` },
    spec: { order: (number + 1) * 100, defaultAction: number % 2 === 0 ? 'Pass' : 'Deny' },
  };
}

function policyObject(number: number, tiers: number): object {
  const place = number % tiers;
  const tier = place === tiers - 1 ? 'default' : `tier-${place}`;
  if (place === tiers - 1 && number % 2 === 0) return kubernetesPolicy(number);
  return number % 20 === 0 ? globalPolicy(number, tier) : namespacedPolicy(number, tier);
}

function kubernetesPolicy(number: number): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `policy-${number}`, namespace: `ns-${number % NAMESPACES}` },
    spec: {
      podSelector: { matchLabels: { app: `app-${number % APPS}` } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { tier: 'front' } } }, { ipBlock: { cidr: '10.0.0.0/12' } }],
          ports: [{ port: 8080 }, { port: 'http' }],
        },
      ],
    },
  };
}

/** About every pod of some namespaces, as platform teams write them. */
function globalPolicy(number: number, tier: string): object {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata: { name: `policy-${number}` },
    spec: {
      tier,
      order: number,
      selector: 'all()',
      namespaceSelector: `team in {'team-${number % TEAMS}', 'team-${(number + 1) % TEAMS}'}`,
      types: ['Ingress', 'Egress'],
      ingress: rules('source', number),
      egress: rules('destination', number),
    },
  };
}

function namespacedPolicy(number: number, tier: string): object {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'NetworkPolicy',
    metadata: { name: `policy-${number}`, namespace: `ns-${number % NAMESPACES}` },
    spec: {
      tier,
      order: number,
      selector: number % 3 === 0 ? 'all()' : `app in {'app-${number % APPS}', 'app-${(number + 7) % APPS}'}`,
      types: ['Ingress', 'Egress'],
      ingress: rules('source', number),
      egress: rules('destination', number),
    },
  };
}

function rules(side: 'source' | 'destination', number: number): readonly object[] {
  const peer = (selector: string) => ({ selector, namespaceSelector: `team == 'team-${number % TEAMS}'` });
  const destination = (ports: readonly (number | string)[], far: object) =>
    side === 'source' ? { source: far, destination: { ports } } : { destination: { ...far, ports } };
  return [
    { action: 'Deny', [side]: { nets: ['192.168.0.0/16', '172.16.0.0/12'] } },
    { action: 'Allow', protocol: 'TCP', ...destination([5432, '6379:6380'], peer("tier == 'back'")) },
    {
      action: 'Allow',
      protocol: 'TCP',
      ...destination([9102], peer(`has(app) && app != 'app-${number % APPS}'`)),
    },
    { action: 'Log', protocol: 'UDP' },
    {
      action: 'Allow',
      protocol: 'TCP',
      ...destination([8080, 443], peer(`app starts with 'app-${number % 4}'`)),
    },
    // What ends with no answer is left to the end of its tier.
    ...(number % 2 === 0 ? [{ action: 'Pass' }] : []),
  ];
}
