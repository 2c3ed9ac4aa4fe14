import { type Millis, millis, type Service } from '@vibrissa/model';
import type { Identity } from './identity.js';

/** How long it is remembered who had an address, ms: as long as a closed connection is told of, and more. */
const HISTORY_MS = 300_000;
const PRUNE_EVERY_MS = 30_000;
const MOST_ADDRESSES = 500_000;
/** An address that changes hands faster than this is not told apart any further. */
const MOST_TENURES = 16;

/** Since when somebody has an address; nobody has it where `identity` is null. */
interface Tenure {
  readonly from: Millis;
  readonly owner: string;
  readonly identity: Identity | null;
}

/** Who has which address, and had it in the last minutes; and which service which address stands for. */
export class AddressBook {
  readonly #tenures = new Map<string, Tenure[]>();
  readonly #changed = new Set<string>();
  readonly #services = new Map<string, Service>();
  #prunedAt = 0;
  /** Changes with every change of services. */
  servicesVersion = 0;
  /** Addresses that found no room. */
  refused = 0;

  get size(): number {
    return this.#tenures.size;
  }

  /**
   * From this moment `owner` (any text that tells owners apart) has the address. What is there from the first
   * is given `millis(0)`.
   */
  take(ip: string, owner: string, identity: Identity, from: Millis): void {
    const tenures = this.#tenures.get(ip);
    if (tenures === undefined) {
      if (this.#tenures.size >= MOST_ADDRESSES) this.refused++;
      else this.#tenures.set(ip, [{ from, owner, identity }]);
      return;
    }
    const last = tenures[tenures.length - 1];
    // The same owner with other labels is no new tenure.
    if (last?.owner === owner) tenures[tenures.length - 1] = { ...last, identity };
    else this.#append(ip, tenures, { from, owner, identity });
  }

  /** The owner gives the address up, unless somebody else has it already. */
  release(ip: string, owner: string, at: Millis): void {
    const tenures = this.#tenures.get(ip);
    const last = tenures?.[tenures.length - 1];
    if (tenures === undefined || last?.owner !== owner || last.identity === null) return;
    this.#append(ip, tenures, { from: at, owner: '', identity: null });
  }

  /**
   * Who had the address then. Before the first tenure that is known it is who had that: a connection may be
   * told of before its pod is. Between two it is the later, for the same reason.
   */
  find(ip: string, at: Millis): Identity | null {
    const tenures = this.#tenures.get(ip);
    if (tenures === undefined) return null;
    const { length } = tenures;
    // Mostly there is one.
    for (let index = length - 1; index >= 0; index--) {
      const tenure = tenures[index];
      if (tenure === undefined || tenure.from > at) continue;
      return tenure.identity ?? tenures[index + 1]?.identity ?? null;
    }
    return tenures[0]?.identity ?? null;
  }

  setService(ip: string, protocol: string, service: Service): void {
    if (this.#services.size >= MOST_ADDRESSES) {
      this.refused++;
      return;
    }
    this.servicesVersion++;
    this.#services.set(`${ip} ${protocol} ${service.port}`, service);
    const any = this.#services.get(ip);
    if (any === undefined) this.#services.set(ip, { ...service, portName: '', port: 0 });
  }

  clearServices(): void {
    this.servicesVersion++;
    this.#services.clear();
  }

  /** The service that the address stands for; one asked for on a port it does not have has no port name. */
  service(ip: string, protocol: string, port: number): Service | null {
    const exact = this.serviceAt(ip, protocol, port);
    if (exact !== null) return exact;
    const some = this.#services.get(ip);
    return some === undefined ? null : { ...some, port };
  }

  /** The service that has this very port of the address: an address may be a node's as well. */
  serviceAt(ip: string, protocol: string, port: number): Service | null {
    return this.#services.get(`${ip} ${protocol} ${port}`) ?? null;
  }

  #append(ip: string, tenures: Tenure[], tenure: Tenure): void {
    tenures.push(tenure);
    if (tenures.length > MOST_TENURES) tenures.shift();
    this.#changed.add(ip);
    this.#prune(tenure.from);
  }

  #prune(now: Millis): void {
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    const oldest = millis(now - HISTORY_MS);
    for (const ip of this.#changed) {
      const tenures = this.#tenures.get(ip) ?? [];
      // A tenure is over when the next begins.
      while (tenures.length > 1 && (tenures[1]?.from ?? now) <= oldest) tenures.shift();
      if (tenures.length > 1) continue;
      this.#changed.delete(ip);
      if (tenures[0]?.identity === null) this.#tenures.delete(ip);
    }
  }
}
