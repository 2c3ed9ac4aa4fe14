import type { Service } from '@vibrissa/model';
import { Interner } from './interner.js';
import { serviceText } from './name-texts.js';
import type { UseCounts } from './use-counts.js';

/** Services by number; id 0 is none. */
export class ServiceTable {
  readonly #services = new Interner<Service | null>(null, '');
  /** By the id of the destination. */
  readonly #last = new Map<number, { readonly service: Service; readonly id: number }>();

  /** How many services are held. */
  get size(): number {
    return this.#services.size;
  }

  get uses(): UseCounts {
    return this.#services.uses;
  }

  /** The service's id. A destination is mostly reached by the service it was reached by last. */
  intern(dest: number, service: Service): number {
    const last = this.#last.get(dest);
    if (last !== undefined && same(last.service, service)) return last.id;
    const id = this.#services.intern(serviceText(service), () => service);
    this.#last.set(dest, { service, id });
    return id;
  }

  get(id: number): Service | null {
    return this.#services.get(id);
  }

  /** Forgets, among `budget` more services, those that are not used; true when all have been looked at. */
  sweep(budget: number): boolean {
    // These remember ids by what they stood for, and some will stand for nothing.
    this.#last.clear();
    return this.#services.sweep(budget);
  }
}

function same(a: Service, b: Service): boolean {
  return a.name === b.name && a.namespace === b.namespace && a.port === b.port && a.portName === b.portName;
}
