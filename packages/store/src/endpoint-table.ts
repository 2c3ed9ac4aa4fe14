import type { Endpoint } from '@vibrissa/model';
import { UseCounts } from './use-counts.js';

const NOWHERE: Endpoint = Object.freeze({ kind: 'workload', namespace: '', name: '', address: '' });

interface Entry {
  readonly endpoint: Endpoint;
  readonly id: number;
}

/**
 * Endpoints by number; id 0 is nowhere. Looked up by the field that tells most apart and then compared, for
 * making a text of all fields would cost more than finding it.
 */
export class EndpointTable {
  readonly #byName = new Map<string, Entry[]>();
  readonly #endpoints: (Endpoint | undefined)[] = [NOWHERE];
  readonly #free: number[] = [];
  readonly uses = new UseCounts();

  /** How many endpoints are held. */
  get size(): number {
    return this.#endpoints.length - this.#free.length;
  }

  intern(endpoint: Endpoint): number {
    const name = lookupName(endpoint);
    let entries = this.#byName.get(name);
    if (entries === undefined) {
      entries = [];
      this.#byName.set(name, entries);
    }
    for (const entry of entries) if (same(entry.endpoint, endpoint)) return entry.id;
    const id = this.#free.pop() ?? this.#endpoints.length;
    this.#endpoints[id] = endpoint;
    entries.push({ endpoint, id });
    return id;
  }

  get(id: number): Endpoint {
    const endpoint = this.#endpoints[id];
    if (endpoint === undefined) throw new RangeError(`no endpoint has the id ${id}`);
    return endpoint;
  }

  /** Forgets, among `budget` more endpoints, those that are not used; true when all have been looked at. */
  sweep(budget: number): boolean {
    return this.uses.sweep(this.#endpoints.length, budget, (id) => {
      const endpoint = this.#endpoints[id];
      if (endpoint === undefined) return;
      const name = lookupName(endpoint);
      const kept = (this.#byName.get(name) ?? []).filter((entry) => entry.id !== id);
      if (kept.length === 0) this.#byName.delete(name);
      else this.#byName.set(name, kept);
      this.#endpoints[id] = undefined;
      this.#free.push(id);
    });
  }
}

function lookupName({ name, address }: Endpoint): string {
  return address === '' ? name : address;
}

function same(a: Endpoint, b: Endpoint): boolean {
  return a.name === b.name && a.namespace === b.namespace && a.address === b.address && a.kind === b.kind;
}
