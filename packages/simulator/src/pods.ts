import type { Endpoint, Labels } from '@vibrissa/model';
import { outsideParty, type Party, podParty } from '@vibrissa/policy';
import { hashText } from './random.js';
import type { OutsideHost, Workload, World } from './world.js';

/** What stands at one end of a pattern, ready for records. */
export interface Site {
  readonly endpoint: Endpoint;
  readonly party: Party;
  readonly labels: Labels;
  readonly dnsName: string;
  /** One entry for each node that runs it; outside the cluster there is one, without a name. */
  readonly places: readonly Place[];
}

export interface Place {
  /** Empty outside the cluster. */
  readonly node: string;
  readonly ips: readonly string[];
}

/** Finds the ends of patterns in a world; each is worked out once. */
export class Sites {
  private readonly known = new Map<string, Site>();
  private readonly workloads: ReadonlyMap<string, Workload>;
  private readonly outside: ReadonlyMap<string, OutsideHost>;

  constructor(private readonly world: World) {
    this.workloads = new Map(world.workloads.map((workload) => [idOf(workload), workload]));
    this.outside = new Map(world.outside.map((host) => [host.id, host]));
  }

  /** @throws RangeError when the world has no such end. */
  find(id: string): Site {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const workload = this.workloads.get(id);
    const host = this.outside.get(id);
    if (workload === undefined && host === undefined) throw new RangeError(`Nothing is called ${id}`);
    const site =
      workload === undefined ? siteOfHost(host as OutsideHost) : siteOfWorkload(workload, this.world);
    this.known.set(id, site);
    return site;
  }
}

export function idOf({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}

function siteOfWorkload(workload: Workload, world: World): Site {
  const { namespace, labels } = workload;
  const podLabels = { ...labels, ...generatedLabels(workload) };
  const places = placesOf(workload, world.nodes);
  const namespaceLabels = world.namespaces.find(({ name }) => name === namespace)?.labels ?? {};
  return {
    endpoint: { kind: 'workload', namespace, name: aggregatedName(workload), address: '' },
    party: podParty({ namespace, labels: podLabels, namespaceLabels, ip: places[0]?.ips[0] ?? null }),
    labels: labelList(podLabels),
    dnsName: '',
    places,
  };
}

function generatedLabels({ controller, hash }: Workload): Readonly<Record<string, string>> {
  return controller === 'deployment' ? { 'pod-template-hash': hash } : {};
}

/** Pods that share a generated name are one endpoint, as node agents report them. */
function aggregatedName({ name, controller, hash }: Workload): string {
  return controller === 'deployment' ? `${name}-${hash}-*` : `${name}-*`;
}

function placesOf(workload: Workload, nodes: readonly string[]): readonly Place[] {
  const first = hashText(`${idOf(workload)} ${workload.hash}`);
  const count = workload.controller === 'daemon-set' ? nodes.length : workload.replicas;
  const places = new Map<string, string[]>();
  for (let replica = 0; replica < count; replica++) {
    const index = (first + replica) % nodes.length;
    const node = nodes[index] ?? '';
    const ips = places.get(node) ?? [];
    ips.push(`10.244.${index + 1}.${2 + ((first + replica * 7) % 250)}`);
    places.set(node, ips);
  }
  return [...places].map(([node, ips]) => ({ node, ips }));
}

function siteOfHost({ kind, namespace, name, labels, dnsName, ips }: OutsideHost): Site {
  const ip = ips[0] ?? null;
  const address = dnsName === '' ? (ip ?? '') : dnsName;
  const inside = new Map(Object.entries(labels));
  if (namespace !== '') inside.set('projectcalico.org/namespace', namespace);
  return {
    endpoint: { kind, namespace, name, address },
    party: kind === 'network' ? outsideParty(ip) : { labels: inside, ip, profiles: [] },
    labels: labelList(labels),
    dnsName,
    places: [{ node: '', ips }],
  };
}

function labelList(labels: Readonly<Record<string, string>>): Labels {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
}
