import { hashText } from './random.js';
import type { Workload, World } from './world.js';

export interface Place {
  /** Empty outside the cluster. */
  readonly node: string;
  readonly ips: readonly string[];
}

/** Addresses of a node's own block that pods get. */
const ADDRESSES = 250;
const FIRST_BLOCK = 244;
const LAST_BLOCK = 255;

/** Where the pods of a world run: one entry for each node that runs a workload, each pod with an address of its own. */
export class PodPlaces {
  readonly #places = new Map<string, readonly Place[]>();
  readonly #taken = new Set<string>();

  constructor({ workloads, nodes }: World) {
    for (const workload of workloads) this.#places.set(idOf(workload), this.#place(workload, nodes));
  }

  of(workload: Workload): readonly Place[] {
    return this.#places.get(idOf(workload)) ?? [];
  }

  #place(workload: Workload, nodes: readonly string[]): readonly Place[] {
    const first = hashText(`${idOf(workload)} ${workload.hash}`);
    const count = workload.controller === 'daemon-set' ? nodes.length : workload.replicas;
    const places = new Map<string, string[]>();
    for (let replica = 0; replica < count; replica++) {
      const index = (first + replica) % nodes.length;
      const node = nodes[index] ?? '';
      const ips = places.get(node) ?? [];
      ips.push(this.#address(index + 1, first + replica * 7));
      places.set(node, ips);
    }
    return [...places].map(([node, ips]) => ({ node, ips }));
  }

  /** The first address from `wanted` on that is free in the node's block, or else in the next block like it. */
  #address(node: number, wanted: number): string {
    for (let tried = 0; ; tried++) {
      const block = FIRST_BLOCK + Math.floor(tried / ADDRESSES);
      const address = `10.${Math.min(block, LAST_BLOCK)}.${node}.${2 + ((wanted + tried) % ADDRESSES)}`;
      // In a world with more pods than addresses some share one.
      if (block > LAST_BLOCK || !this.#taken.has(address)) {
        this.#taken.add(address);
        return address;
      }
    }
  }
}

export function idOf({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}
