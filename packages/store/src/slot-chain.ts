import type { Counters } from '@vibrissa/model';
import type { KeyTables } from './key-tables.js';
import { NONE, type SlotPool, type Sums } from './slot-pool.js';

/** A window in whole buckets, `[from, to)` as bucket numbers. */
export interface BucketRange {
  readonly from: number;
  readonly to: number;
}

/** What the slots of a key hold over a window. */
export interface ChainSums {
  readonly counters: Counters;
  /** Ids of the labels common to all of them. */
  readonly sourceLabels: number;
  readonly destLabels: number;
  readonly lastSeen: number;
}

/** Reads a key's slots, which form a chain from the newest bucket to the oldest. */
export class SlotChains {
  readonly #slots: SlotPool;
  readonly #tables: Pick<KeyTables, 'commonLabels'>;
  readonly #sums: Sums = { values: new Float64Array(7), known: 0 };

  constructor(slots: SlotPool, tables: Pick<KeyTables, 'commonLabels'>) {
    this.#slots = slots;
    this.#tables = tables;
  }

  /** All that the chain holds in the window; null when that is nothing. */
  sum(newest: number, range: BucketRange): ChainSums | null {
    let slot = newest;
    while (slot !== NONE && this.#slots.bucket(slot) >= range.to) slot = this.#slots.older(slot);
    if (slot === NONE || this.#slots.bucket(slot) < range.from) return null;
    const sums = this.#sums;
    sums.known = 0;
    let sourceLabels = 0;
    let destLabels = 0;
    let lastSeen = 0;
    for (; slot !== NONE && this.#slots.bucket(slot) >= range.from; slot = this.#slots.older(slot)) {
      this.#slots.addTo(slot, sums);
      sourceLabels = this.#tables.commonLabels(sourceLabels, this.#slots.sourceLabels(slot));
      destLabels = this.#tables.commonLabels(destLabels, this.#slots.destLabels(slot));
      lastSeen = Math.max(lastSeen, this.#slots.lastEnd(slot));
    }
    return { counters: countersOf(sums), sourceLabels, destLabels, lastSeen };
  }

  /** When the last record of the whole chain ended. */
  lastEnd(newest: number): number {
    let last = 0;
    for (let slot = newest; slot !== NONE; slot = this.#slots.older(slot))
      last = Math.max(last, this.#slots.lastEnd(slot));
    return last;
  }

  /** Calls back with each bucket of the window that the chain has, newest first. */
  eachBucket(newest: number, range: BucketRange, visit: (bucket: number, packets: number) => void): void {
    for (let slot = newest; slot !== NONE; slot = this.#slots.older(slot)) {
      const bucket = this.#slots.bucket(slot);
      if (bucket < range.from) return;
      if (bucket < range.to) visit(bucket, this.#slots.packets(slot));
    }
  }

  /** Calls back with what was moved in each such bucket, newest first. */
  eachCounters(
    newest: number,
    range: BucketRange,
    visit: (bucket: number, counters: Counters) => void,
  ): void {
    for (let slot = newest; slot !== NONE; slot = this.#slots.older(slot)) {
      const bucket = this.#slots.bucket(slot);
      if (bucket < range.from) return;
      if (bucket >= range.to) continue;
      this.#sums.known = 0;
      this.#slots.addTo(slot, this.#sums);
      visit(bucket, countersOf(this.#sums));
    }
  }
}

function countersOf({ values, known }: Sums): Counters {
  const at = (i: number) => (known & (1 << i) ? (values[i] as number) : null);
  return {
    packetsIn: at(0),
    packetsOut: at(1),
    bytesIn: at(2),
    bytesOut: at(3),
    connectionsStarted: at(4),
    connectionsCompleted: at(5),
    connectionsLive: at(6),
  };
}
