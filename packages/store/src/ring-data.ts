import type { Millis } from '@vibrissa/model';
import { EvidencePool } from './evidence-pool.js';
import { Interner } from './interner.js';
import { KeyRows } from './key-rows.js';
import { KeyTables } from './key-tables.js';
import { RingGroups } from './ring-groups.js';
import type { RingParts } from './ring-parts.js';
import { NONE, SlotPool } from './slot-pool.js';
import type { Unhanded } from './unhanded.js';

/**
 * What the ring holds: keys, and for each a chain of slots by time, which are also listed by bucket. Knows how these
 * hang together and tells `unhanded` of what comes and goes, but not what is old.
 */
export class RingData implements RingParts {
  readonly tables = new KeyTables();
  readonly groups = new RingGroups(this.tables);
  readonly slots = new SlotPool();
  readonly evidence = new EvidencePool(new Interner<string>('', ''));
  readonly keys = new KeyRows();
  /** The first slot of each bucket that has any. */
  readonly buckets = new Map<number, number>();
  /** What is not handed over yet; null when nobody is to have it. */
  unhanded: Unhanded | null = null;

  constructor(public head: number) {}

  get keyBound(): number {
    return this.tables.keys.bound;
  }

  bucketNumbers(): Iterable<number> {
    return this.buckets.keys();
  }

  firstSlot(bucket: number): number {
    return this.buckets.get(bucket) ?? NONE;
  }

  oldestSlot(key: number): number {
    return this.keys.oldest(key);
  }

  evidenceOf(key: number): number {
    return this.keys.evidence(key);
  }

  firstSeen(key: number): Millis {
    return this.keys.firstSeen(key);
  }

  heldKeys(): Iterable<number> {
    return this.groups.flows();
  }

  /** Takes in a key that the tables have just been given. */
  addKey(key: number, start: Millis): void {
    this.keys.add(key, start);
    this.tables.hold(key);
    this.unhanded?.addKey(key);
    this.groups.add(key);
  }

  /** The slot of the key in the bucket, put into the key's chain by time. */
  slotFor(key: number, bucket: number): number {
    let newer = NONE;
    let older = this.keys.newest(key);
    while (older !== NONE && this.slots.bucket(older) > bucket) {
      newer = older;
      older = this.slots.older(older);
    }
    if (older !== NONE && this.slots.bucket(older) === bucket) return older;
    const slot = this.slots.take(key, bucket, this.buckets.get(bucket) ?? NONE);
    // The hand-over of its bucket has begun without it, so its records go over one by one.
    if (this.unhanded !== null && bucket <= this.unhanded.through) this.slots.markHanded(slot);
    this.buckets.set(bucket, slot);
    this.slots.link(older, slot);
    this.slots.link(slot, newer);
    if (newer === NONE) this.keys.setNewest(key, slot);
    if (older === NONE) this.keys.setOldest(key, slot);
    return slot;
  }

  /** Leaves the slot the labels that it had and a record has. */
  label(slot: number, sourceLabels: number, destLabels: number): void {
    const source = this.slots.sourceLabels(slot);
    const dest = this.slots.destLabels(slot);
    const newSource = this.tables.commonLabels(source, sourceLabels);
    const newDest = this.tables.commonLabels(dest, destLabels);
    this.slots.setLabels(slot, newSource, newDest);
    if (newSource !== source) this.tables.useLabels(newSource, source);
    if (newDest !== dest) this.tables.useLabels(newDest, dest);
  }

  /** Lets go of up to `budget` slots of a bucket, and of the bucket when none is left; how many slots went. */
  freeBucket(bucket: number, budget: number): number {
    let freed = 0;
    let slot = this.firstSlot(bucket);
    for (; slot !== NONE && freed < budget; freed++) {
      const next = this.slots.nextInBucket(slot);
      this.#removeSlot(slot);
      slot = next;
    }
    if (slot === NONE) this.buckets.delete(bucket);
    else this.buckets.set(bucket, slot);
    return freed;
  }

  #removeSlot(slot: number): void {
    this.unhanded?.removingSlot(slot);
    const key = this.slots.key(slot);
    const newer = this.slots.newer(slot);
    const older = this.slots.older(slot);
    this.slots.link(older, newer);
    if (newer === NONE) this.keys.setNewest(key, older);
    if (older === NONE) this.keys.setOldest(key, newer);
    this.tables.useLabels(0, this.slots.sourceLabels(slot));
    this.tables.useLabels(0, this.slots.destLabels(slot));
    this.slots.release(slot);
    if (newer === NONE && older === NONE) this.#removeKey(key);
  }

  #removeKey(key: number): void {
    this.unhanded?.removingKey(key);
    this.groups.remove(key);
    this.evidence.release(this.keys.evidence(key));
    this.tables.release(key);
  }
}
