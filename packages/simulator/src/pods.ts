import type { Endpoint, Labels } from '@vibrissa/model';
import { ClusterIndex, outsideParty, type Party } from '@vibrissa/policy';
import { idOf, type Place, PodPlaces } from './pod-places.js';
import { generatedNameOf, podLabelsOf, rulebookOf } from './rulebook.js';
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

/** Finds the ends of patterns in a world; each is worked out once. */
export class Sites {
  readonly #known = new Map<string, Site>();
  readonly #workloads: ReadonlyMap<string, Workload>;
  readonly #outside: ReadonlyMap<string, OutsideHost>;
  readonly #places: PodPlaces;
  readonly #index: ClusterIndex;

  constructor(world: World) {
    this.#workloads = new Map(world.workloads.map((workload) => [idOf(workload), workload]));
    this.#outside = new Map(world.outside.map((host) => [host.id, host]));
    this.#places = new PodPlaces(world);
    this.#index = new ClusterIndex(rulebookOf(world).cluster);
  }

  /** @throws RangeError when the world has no such end. */
  find(id: string): Site {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const site = this.#siteOf(id);
    this.#known.set(id, site);
    return site;
  }

  #siteOf(id: string): Site {
    const workload = this.#workloads.get(id);
    if (workload !== undefined) return this.#siteOfWorkload(workload);
    const host = this.#outside.get(id);
    if (host !== undefined) return this.#siteOfHost(host);
    throw new RangeError(`Nothing is called ${id}`);
  }

  #siteOfWorkload(workload: Workload): Site {
    const { namespace } = workload;
    // Pods that share a generated name are one endpoint, as node agents report them.
    const name = `${generatedNameOf(workload)}*`;
    const [party = outsideParty(null)] = this.#index.podsNamed(namespace, name);
    return {
      endpoint: { kind: 'workload', namespace, name, address: '' },
      party,
      labels: labelList(podLabelsOf(workload)),
      dnsName: '',
      places: this.#places.of(workload),
    };
  }

  #siteOfHost({ kind, namespace, name, labels, dnsName, ips }: OutsideHost): Site {
    const [ip] = ips;
    return {
      endpoint: { kind, namespace, name, address: dnsName === '' ? (ip ?? '') : dnsName },
      party: ip === undefined ? outsideParty(null) : this.#index.address(ip),
      labels: labelList(labels),
      dnsName,
      places: [{ node: '', ips }],
    };
  }
}

function labelList(labels: Readonly<Record<string, string>>): Labels {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
}
