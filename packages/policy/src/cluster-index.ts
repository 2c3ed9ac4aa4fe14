import { type Cidr, parseCidr, parseIp } from '@vibrissa/model';
import type { Cluster, HostEndpointObject, NetworkSetObject, PodObject, PodTemplate } from './cluster.js';
import { outsideParty, type Party, podParty, type SetMembership, type UnsureLabels } from './connection.js';
import { familyOf, NetSet, whereabouts } from './nets.js';
import { NAMESPACE_NAME } from './read-cluster.js';
import type { LabelMap } from './selector.js';
import { ServiceIndex } from './service-index.js';

/** A network set ready to look addresses up in. */
interface KnownSet {
  readonly object: NetworkSetObject;
  readonly name: string;
  readonly labels: LabelMap;
  readonly nets: NetSet;
}

type Template = PodTemplate & { readonly namespace: string; readonly ips?: readonly string[] };

/** A cluster's endpoints as ends of connections. */
export class ClusterIndex {
  private readonly namespaceLabels: ReadonlyMap<string, Readonly<Record<string, string>>>;
  private readonly accountLabels: ReadonlyMap<string, Readonly<Record<string, string>>>;
  private readonly podsByName: ReadonlyMap<string, PodObject>;
  private readonly podsByGeneratedName: ReadonlyMap<string, readonly PodObject[]>;
  private readonly podsByIp: ReadonlyMap<string, PodObject>;
  private readonly hostsByIp: ReadonlyMap<string, HostEndpointObject>;
  private readonly sets: readonly KnownSet[];
  private readonly services: ServiceIndex;
  private readonly parties = new Map<object, Party>();

  constructor(readonly cluster: Cluster) {
    this.namespaceLabels = new Map(cluster.namespaces.map(({ name, labels }) => [name, labels]));
    this.accountLabels = new Map(cluster.serviceAccounts.map((account) => [idOf(account), account.labels]));
    this.podsByName = new Map(cluster.pods.map((pod) => [idOf(pod), pod]));
    const generated = new Map<string, PodObject[]>();
    for (const pod of cluster.pods) {
      if (pod.generateName === '') continue;
      const id = `${pod.namespace}/${pod.generateName}*`;
      generated.set(id, [...(generated.get(id) ?? []), pod]);
    }
    this.podsByGeneratedName = generated;
    this.podsByIp = new Map(
      cluster.pods.filter(({ hostNetwork }) => !hostNetwork).flatMap((pod) => pod.ips.map((ip) => [ip, pod])),
    );
    this.hostsByIp = new Map(cluster.hostEndpoints.flatMap((host) => host.ips.map((ip) => [ip, host])));
    this.sets = cluster.networkSets.map((object) => ({
      object,
      name: object.namespace === '' ? object.name : idOf(object),
      labels: this.setLabels(object),
      nets: new NetSet(object.nets),
    }));
    this.services = new ServiceIndex(cluster);
  }

  /** A pod by its own name; null when it is not known. */
  pod(namespace: string, name: string): Party | null {
    const pod = this.podsByName.get(`${namespace}/${name}`);
    return pod === undefined ? null : this.podOf(pod);
  }

  /** The pods that an aggregated name such as `frontend-7d9f5c8b6d-*`, or a plain one, stands for. */
  podsNamed(namespace: string, name: string): readonly Party[] {
    const id = `${namespace}/${name}`;
    const one = this.podsByName.get(id);
    const pods = one === undefined ? (this.podsByGeneratedName.get(id) ?? []) : [one];
    return pods.filter(({ hostNetwork }) => !hostNetwork).map((pod) => this.podOf(pod));
  }

  /** A pod as a workload's template makes it; `kind` narrows it where workloads share a name. */
  workload(namespace: string, name: string, kind?: string): Party | null {
    const found = this.cluster.workloads.find(
      (workload) =>
        workload.namespace === namespace &&
        workload.name === name &&
        (kind === undefined || workload.kind === kind),
    );
    return found === undefined ? null : this.once(found, () => this.partyOf(found));
  }

  /** A host endpoint by its name or that of its node; null when it is not known. */
  host(name: string): Party | null {
    const host =
      this.cluster.hostEndpoints.find((one) => one.name === name) ??
      this.cluster.hostEndpoints.find((one) => one.node === name);
    return host === undefined ? null : this.hostOf(host);
  }

  networkSet(namespace: string, name: string): Party | null {
    const set = this.sets.find(({ object }) => object.namespace === namespace && object.name === name);
    if (set === undefined) return null;
    return this.once(set, () => {
      const within = set.object.nets.map(parseCidr).filter((net) => net !== null);
      return {
        kind: 'network-set',
        labels: set.labels,
        ip: null,
        within,
        services: [],
        sets: this.setsAround(null, within).filter((other) => other.name !== set.name),
        profiles: [],
      };
    });
  }

  /** Whatever has an address: a pod, a host, or a stranger that network sets may name. */
  address(ip: string): Party {
    const pod = this.podsByIp.get(ip);
    if (pod !== undefined) return this.podOf(pod);
    const host = this.hostsByIp.get(ip);
    if (host !== undefined) return this.hostOf(host);
    return { ...outsideParty(ip), services: this.services.behind(ip), sets: this.setsAround(ip, undefined) };
  }

  /** What is not known of the labels that a pod of this namespace inherits. */
  unsureOf(namespace: string): Pick<UnsureLabels, 'namespace' | 'serviceAccount'> {
    const { complete, serviceAccounts } = this.cluster;
    return {
      namespace: !complete && !this.namespaceLabels.has(namespace),
      serviceAccount: !complete && serviceAccounts.length === 0,
    };
  }

  /** A namespace's labels as far as they are known; its name always is. */
  labelsOfNamespace(namespace: string): Readonly<Record<string, string>> {
    return { ...this.namespaceLabels.get(namespace), [NAMESPACE_NAME]: namespace };
  }

  /** The sets that an address is in, or that some of the addresses it may have are in. */
  setsAround(ip: string | null, within: readonly Cidr[] | undefined): readonly SetMembership[] {
    if (this.sets.length === 0) return [];
    const where = whereabouts(ip, within);
    return this.sets.flatMap(({ name, labels, nets }) => {
      const match = nets.match(where, familyOf(where));
      return match === 'no' ? [] : [{ name, labels, certain: match === 'yes' }];
    });
  }

  private podOf(pod: PodObject): Party {
    return this.once(pod, () => {
      if (!pod.hostNetwork) return this.partyOf(pod);
      const [ip] = pod.ips;
      return ip === undefined ? outsideParty(null) : this.address(ip);
    });
  }

  private partyOf(pod: Template): Party {
    const { namespace, labels, serviceAccount, ports } = pod;
    const [ip = null, ...more] = (pod.ips ?? []).filter((text) => parseIp(text) !== null);
    const within = more.length === 0 || ip === null ? undefined : blocksOf([ip, ...more]);
    const account = {
      name: serviceAccount,
      labels: this.accountLabels.get(`${namespace}/${serviceAccount}`) ?? {},
    };
    const unsure = this.unsureOf(namespace);
    const services = this.services.behindPod(pod);
    const party = podParty({
      namespace,
      labels,
      namespaceLabels: this.labelsOfNamespace(namespace),
      ...(serviceAccount === '' ? {} : { serviceAccount: account }),
      ip: within === undefined ? ip : null,
      namedPorts: ports,
      ...(services === undefined ? {} : { services }),
    });
    return {
      ...party,
      ...(within === undefined ? {} : { within }),
      ...(unsure.namespace || unsure.serviceAccount
        ? { unsure: { keys: new Set(), own: false, ...unsure } }
        : {}),
      // An address that is not known can be in any set, yet pods hardly ever are: only a known one counts.
      sets: ip === null ? [] : this.setsAround(party.ip, within),
    };
  }

  private hostOf(host: HostEndpointObject): Party {
    return this.once(host, () => {
      const [ip = null, ...more] = host.ips;
      const within = more.length === 0 || ip === null ? undefined : blocksOf([ip, ...more]);
      return {
        kind: 'host',
        labels: new Map(Object.entries(host.labels)),
        ip: within === undefined ? ip : null,
        ...(within === undefined ? {} : { within }),
        namedPorts: host.ports,
        services: [],
        sets: ip === null ? [] : this.setsAround(ip, within),
        profiles: host.profiles,
      };
    });
  }

  private setLabels({ namespace, labels }: NetworkSetObject): LabelMap {
    const found = new Map<string, string>();
    if (namespace !== '') {
      for (const [key, value] of Object.entries(this.labelsOfNamespace(namespace)))
        found.set(`pcns.${key}`, value);
      found.set('pcns.projectcalico.org/name', namespace);
    }
    for (const [key, value] of Object.entries(labels)) found.set(key, value);
    if (namespace !== '') found.set('projectcalico.org/namespace', namespace);
    return found;
  }

  /** The same object every time, so that what is worked out of it is kept. */
  private once(key: object, make: () => Party): Party {
    const found = this.parties.get(key) ?? make();
    this.parties.set(key, found);
    return found;
  }
}

export function blocksOf(ips: readonly string[]): readonly Cidr[] {
  return ips.map(parseCidr).filter((block) => block !== null);
}

function idOf({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}
