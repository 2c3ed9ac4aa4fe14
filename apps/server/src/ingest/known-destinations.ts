import { type FlowKey, type FlowRecord, type Millis, millis } from '@vibrissa/model';

/** How many addresses outside are remembered; the longest known go first. */
const MOST_ADDRESSES = 200_000;

/** How many addresses one workload may be told apart by; a scan of the internet must not make a flow of each. */
const MOST_PER_SOURCE = 1_000;

/**
 * Remembers which addresses outside the cluster have been seen, and since when. During the first minutes
 * everything is learnt; what turns up later was never seen before, and is new.
 */
export class KnownDestinations {
  readonly #learnMs: number;
  readonly #since = new Map<string, Millis>();
  readonly #bySource = new Map<string, Set<string>>();
  #learntAt: Millis | null = null;
  #folded = 0;

  constructor(learnMs: number) {
    this.#learnMs = learnMs;
  }

  /** Records whose address was left out of the flow because its source already has too many. */
  get folded(): number {
    return this.#folded;
  }

  /** When the address was first seen, if that was after the learning; else null. */
  newSince(address: string): Millis | null {
    if (address === '' || this.#learntAt === null) return null;
    const since = this.#since.get(address);
    return since !== undefined && since >= this.#learntAt ? since : null;
  }

  /** Takes note of the record; gives it back, without the address when its source has too many. */
  note(record: FlowRecord): FlowRecord {
    this.#learntAt ??= millis(record.start + this.#learnMs);
    const { source, dest } = record.key;
    if (dest.address === '') return record;
    const addresses = this.#addressesOf(`${source.namespace}/${source.name}`);
    if (!addresses.has(dest.address)) {
      if (addresses.size >= MOST_PER_SOURCE) {
        this.#folded++;
        const { place: _ofAnotherKey, ...rest } = record;
        return { ...rest, key: { ...record.key, dest: { ...dest, address: '' } } };
      }
      addresses.add(dest.address);
    }
    const known = this.#since.get(dest.address);
    if (known === undefined || record.start < known) this.#remember(dest.address, record.start);
    return record;
  }

  /** Learns again what an earlier run of the server had seen, in any order. */
  recall({ source, dest }: Pick<FlowKey, 'source' | 'dest'>, since: Millis): void {
    const learntAt = millis(since + this.#learnMs);
    if (this.#learntAt === null || learntAt < this.#learntAt) this.#learntAt = learntAt;
    if (dest.address === '') return;
    this.#addressesOf(`${source.namespace}/${source.name}`).add(dest.address);
    const known = this.#since.get(dest.address);
    if (known === undefined || since < known) this.#remember(dest.address, since);
  }

  /** Starts over, as when a simulated cluster gives way to a real one. */
  forget(): void {
    this.#since.clear();
    this.#bySource.clear();
    this.#learntAt = null;
  }

  #addressesOf(source: string): Set<string> {
    let addresses = this.#bySource.get(source);
    if (addresses === undefined) {
      if (this.#bySource.size >= MOST_PER_SOURCE * 10) this.#bySource.clear();
      addresses = new Set();
      this.#bySource.set(source, addresses);
    }
    return addresses;
  }

  #remember(address: string, since: Millis): void {
    this.#since.set(address, since);
    if (this.#since.size <= MOST_ADDRESSES) return;
    const [oldest] = this.#since.keys();
    if (oldest !== undefined) this.#since.delete(oldest);
  }
}
