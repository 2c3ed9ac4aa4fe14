import type {
  Cluster,
  EndpointSliceObject,
  NamedPort,
  NetworkSetObject,
  PodObject,
  Rulebook,
  ServiceObject,
  ServicePort,
  WorkloadObject,
} from '@vibrissa/policy';
import { idOf, PodPlaces } from './pod-places.js';
import { hashText } from './random.js';
import type { Pattern, Workload, World } from './world.js';

/** Every pod runs as its namespace's own, as pods do that name none. */
const ACCOUNT = 'default';

const KINDS: Readonly<Record<Workload['controller'], string>> = {
  deployment: 'Deployment',
  'stateful-set': 'StatefulSet',
  'daemon-set': 'DaemonSet',
};

/** The letters that Kubernetes makes names of. */
const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** What the API server of such a cluster would tell: all its objects that policies depend on. */
export function rulebookOf(world: World): Rulebook {
  return { cluster: clusterOf(world), tiers: world.tiers, policies: world.policies, profiles: [] };
}

/** The labels of a workload's pods, with those that its controller adds. */
export function podLabelsOf({ labels, controller, hash }: Workload): Readonly<Record<string, string>> {
  return controller === 'deployment' ? { ...labels, 'pod-template-hash': hash } : labels;
}

/** What the names of a workload's pods begin with. */
export function generatedNameOf({ name, controller, hash }: Workload): string {
  return controller === 'deployment' ? `${name}-${hash}-` : `${name}-`;
}

function clusterOf(world: World): Cluster {
  const ports = portsOf(world.patterns);
  const places = new PodPlaces(world);
  return {
    namespaces: world.namespaces,
    pods: world.workloads.flatMap((workload) => podsOf(workload, places, ports.get(idOf(workload)) ?? [])),
    workloads: world.workloads.map((workload) => templateOf(workload, ports.get(idOf(workload)) ?? [])),
    serviceAccounts: world.namespaces.map(({ name }) => ({ namespace: name, name: ACCOUNT, labels: {} })),
    ...servicesOf(world),
    networkSets: networkSetsOf(world),
    hostEndpoints: [],
    complete: true,
  };
}

function podsOf(workload: Workload, places: PodPlaces, ports: readonly NamedPort[]): readonly PodObject[] {
  const { namespace, name, controller, hash } = workload;
  const generateName = generatedNameOf(workload);
  const addresses = places.of(workload).flatMap(({ node, ips }) => ips.map((ip) => ({ node, ip })));
  return addresses.map(({ node, ip }, index) => ({
    namespace,
    name: `${generateName}${controller === 'stateful-set' ? index : nameEnd(`${generateName}${ip}`)}`,
    labels: podLabelsOf(workload),
    serviceAccount: ACCOUNT,
    ports,
    hostNetwork: false,
    ips: [ip],
    node,
    generateName,
    owner:
      controller === 'deployment'
        ? { kind: 'ReplicaSet', name: `${name}-${hash}` }
        : { kind: KINDS[controller], name },
  }));
}

/** Five letters that look drawn, and are always the same for the same pod. */
function nameEnd(text: string): string {
  let left = hashText(text);
  let end = '';
  for (let letter = 0; letter < 5; letter++) {
    end += NAME_LETTERS[left % NAME_LETTERS.length] ?? '';
    left = Math.floor(left / NAME_LETTERS.length);
  }
  return end;
}

function templateOf(workload: Workload, ports: readonly NamedPort[]): WorkloadObject {
  const { namespace, name, labels, controller } = workload;
  return {
    kind: KINDS[controller],
    namespace,
    name,
    labels,
    serviceAccount: ACCOUNT,
    ports,
    hostNetwork: false,
  };
}

/** The ports that workloads name, as far as somebody calls them by it: they are known from nothing else. */
function portsOf(patterns: readonly Pattern[]): ReadonlyMap<string, readonly NamedPort[]> {
  const found = new Map<string, NamedPort[]>();
  for (const { dest, service, port, protocol } of patterns) {
    if (service === null) continue;
    const ports = found.get(dest) ?? [];
    found.set(dest, ports);
    const named = { name: service.portName, port, protocol: protocol.toUpperCase() };
    if (!ports.some((one) => one.name === named.name && one.protocol === named.protocol)) ports.push(named);
  }
  return found;
}

function servicesOf({ patterns, workloads, outside }: World): Pick<Cluster, 'services' | 'endpointSlices'> {
  const services = new Map<string, ServiceObject & { readonly ports: ServicePort[] }>();
  const slices = new Map<string, EndpointSliceObject>();
  for (const { dest, service, port, protocol } of patterns) {
    if (service === null) continue;
    const { namespace, name } = service;
    const id = idOf(service);
    const behind = workloads.find((workload) => idOf(workload) === dest);
    const found = services.get(id) ?? {
      namespace,
      name,
      selector: behind === undefined ? null : serviceSelector(behind),
      ports: [],
    };
    services.set(id, found);
    const wanted = {
      name: service.portName,
      port: service.port,
      targetPort: port,
      protocol: protocol.toUpperCase(),
    };
    if (!found.ports.some((one) => one.port === wanted.port && one.protocol === wanted.protocol)) {
      found.ports.push(wanted);
    }
    const host = outside.find((one) => one.id === dest);
    if (behind !== undefined || host === undefined) continue;
    slices.set(id, {
      namespace,
      name,
      service: name,
      ports: [{ port, protocol: protocol.toUpperCase() }],
      addresses: host.ips,
    });
  }
  return { services: [...services.values()], endpointSlices: [...slices.values()] };
}

/** A service outlives rollouts, so it knows nothing of versions. */
function serviceSelector({ labels }: Workload): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => key !== 'version'));
}

function networkSetsOf({ outside, networkSets = [] }: World): readonly NetworkSetObject[] {
  const named = outside
    .filter(({ kind }) => kind === 'network-set')
    .map(({ namespace, name, labels, ips }) => {
      return { namespace, name, labels, nets: ips.map((ip) => `${ip}/${ip.includes(':') ? 128 : 32}`) };
    });
  return [...new Map([...named, ...networkSets].map((set) => [idOf(set), set])).values()];
}
