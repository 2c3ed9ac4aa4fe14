import type { Millis } from '@vibrissa/model';
import type { EvidencePool } from './evidence-pool.js';
import type { KeyTables } from './key-tables.js';
import type { SlotPool } from './slot-pool.js';

/** What the ring is made of, for those who hand it over. */
export interface RingParts {
  readonly slots: SlotPool;
  readonly tables: KeyTables;
  readonly evidence: EvidencePool;
  /** Number of the bucket that is being filled. */
  readonly head: number;
  /** One more than the largest index of a key. */
  readonly keyBound: number;
  /** Buckets with slots, in no order. */
  bucketNumbers(): Iterable<number>;
  /** The first slot of a bucket's list, or NONE. */
  firstSlot(bucket: number): number;
  /** The oldest slot of a key, or NONE. */
  oldestSlot(key: number): number;
  /** Head of the key's list of evidence. */
  evidenceOf(key: number): number;
  firstSeen(key: number): Millis;
  /** Keys that are held. */
  heldKeys(): Iterable<number>;
}
