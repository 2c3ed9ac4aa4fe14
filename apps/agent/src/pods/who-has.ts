import type { Millis, Service } from '@vibrissa/model';
import { isPrivateIp } from '@vibrissa/protocol/node';
import type { AddressBook } from './address-book.js';
import type { Identity } from './identity.js';

const MOST_OUTSIDE = 20_000;

/** Answers who is at an address: from the first book that knows, else it is outside. */
export class WhoHas {
  readonly #books: readonly AddressBook[];
  readonly #interfaces: string;
  /** One object for each address outside, so that equal ends are known by identity. */
  readonly #outside = new Map<string, Identity>();

  /** `localPrefix` begins the names of interfaces that lead to pods of this node, as `cali` does. */
  constructor(books: readonly AddressBook[], localPrefix: string) {
    this.#books = books;
    this.#interfaces = localPrefix;
  }

  /** Null when no book knows the address. */
  find(ip: string, at: Millis): Identity | null {
    for (const book of this.#books) {
      const found = book.find(ip, at);
      if (found !== null) return found;
    }
    return null;
  }

  source(ip: string, at: Millis): Identity {
    return this.find(ip, at) ?? (isPrivateIp(ip) ? SOMEWHERE_PRIVATE : SOMEWHERE_PUBLIC);
  }

  /** As a source, but that outside ends are told apart by their address. */
  dest(ip: string, at: Millis): Identity {
    const found = this.find(ip, at) ?? this.#outside.get(ip);
    if (found !== undefined) return found;
    const { endpoint } = isPrivateIp(ip) ? SOMEWHERE_PRIVATE : SOMEWHERE_PUBLIC;
    const outside = { endpoint: { ...endpoint, address: ip }, labels: null, isLocal: false };
    if (this.#outside.size >= MOST_OUTSIDE) this.#outside.clear();
    this.#outside.set(ip, outside);
    return outside;
  }

  /** Changes whenever a service may be found by another address than before. */
  get servicesVersion(): number {
    return this.#books.reduce((sum, book) => sum + book.servicesVersion, 0);
  }

  service(ip: string, protocol: string, port: number): Service | null {
    for (const book of this.#books) {
      const found = book.service(ip, protocol, port);
      if (found !== null) return found;
    }
    return null;
  }

  serviceAt(ip: string, protocol: string, port: number): Service | null {
    for (const book of this.#books) {
      const found = book.serviceAt(ip, protocol, port);
      if (found !== null) return found;
    }
    return null;
  }

  /** True for an interface that leads to a pod of this node. */
  isPodInterface(name: string): boolean {
    return this.#interfaces !== '' && name.startsWith(this.#interfaces);
  }
}

const SOMEWHERE_PRIVATE: Identity = outside('pvt');
const SOMEWHERE_PUBLIC: Identity = outside('pub');

function outside(name: 'pvt' | 'pub'): Identity {
  return { endpoint: { kind: 'network', namespace: '', name, address: '' }, labels: null, isLocal: false };
}
