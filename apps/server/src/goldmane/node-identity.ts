import type { Peer } from '@vibrissa/protocol/grpc';

/**
 * Names under which certificates are issued to every node alike: Calico's operator and its manual set-up give all
 * nodes one name, so that it says what they are and not who.
 */
const SHARED = new Set(['typha-client', 'calico-typha-client', 'calico-node', 'calico-felix', 'felix']);

/** The most names that are remembered as seen from several addresses. */
const MOST_NAMES = 10_000;

/**
 * Tells nodes apart, so that what one sends again after a reconnect is known to be a repeat, and what two send is not:
 * by the name in the client's certificate where there is one, else by the address. A name that several addresses show
 * at a time is everyone's, and then the address tells as well.
 */
export class NodeIdentities {
  readonly #open = new Map<string, Map<string, number>>();
  readonly #shared = new Set<string>(SHARED);

  /** Who a peer is, as long as its call lasts; `closed` must be called with the same peer. */
  opened({ certificateNames, address }: Peer): string {
    const [name] = certificateNames;
    if (name === undefined) return address === '' ? 'this machine' : address;
    const addresses = this.#open.get(name) ?? new Map<string, number>();
    this.#open.set(name, addresses);
    addresses.set(address, (addresses.get(address) ?? 0) + 1);
    if (addresses.size > 1 && this.#shared.size < MOST_NAMES) this.#shared.add(name);
    return this.#shared.has(name) && address !== '' ? `${name} at ${address}` : name;
  }

  closed({ certificateNames, address }: Peer): void {
    const [name] = certificateNames;
    const addresses = name === undefined ? undefined : this.#open.get(name);
    if (name === undefined || addresses === undefined) return;
    const left = (addresses.get(address) ?? 1) - 1;
    if (left > 0) addresses.set(address, left);
    else addresses.delete(address);
    if (addresses.size === 0) this.#open.delete(name);
  }
}
