import type { Millis } from '@vibrissa/model';
import type { DurableReach } from './journal.js';
import type { Segment } from './journal-segments.js';

/**
 * How long entries are kept although their records are safe elsewhere, ms, where they come from something that repeats
 * itself without numbers: Felix sends again what it sent in the last minutes, and what of it was taken in is only
 * known from here.
 */
const REPEATS_MS = 10 * 60_000;

/** How much of what a followed Hubble or Goldmane told last is kept beyond that: both are asked for a bit again, ms. */
const TOLD_AGAIN_MS = 3 * 60_000;

export interface RetentionOptions {
  /** How long an entry is worth keeping where nothing else keeps its records, ms. */
  readonly horizonMs: number;
  readonly bucketMs: number;
}

/** Which segments need no longer be kept. */
export class JournalRetention {
  readonly #options: RetentionOptions;
  /** Undefined while it is not known whether anything keeps records elsewhere. */
  #reach: DurableReach | null | undefined;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  keptElsewhere(reach: DurableReach | null): void {
    this.#reach = reach;
  }

  /** Whether all records of a segment are in the history. */
  isOver({ number, head }: Pick<Segment, 'number' | 'head'>): boolean {
    const reach = this.#reach;
    if (reach === null || reach === undefined) return false;
    return isOver({ segment: number, head }, reach, this.#options.bucketMs);
  }

  /** Those of the segments, oldest first, that may go. */
  idle(segments: readonly Segment[], now: Millis): Segment[] {
    if (this.#reach === undefined) return [];
    if (this.#reach === null) return segments.filter(({ ended }) => now - ended > this.#options.horizonMs);
    const newest = segments.findLast(({ hasNumbers }) => hasNumbers)?.number ?? 0;
    const isNeeded = ({ number, hasNumbers, hasNumbered }: Segment) =>
      number >= newest && (hasNumbers || hasNumbered);
    const old = segments.filter(({ ended, hasRepeats }) => !hasRepeats || now - ended > REPEATS_MS);
    const lastTold = new Map<string, number>();
    for (const { told } of old) {
      for (const [source, at] of told) lastTold.set(source, Math.max(at, lastTold.get(source) ?? 0));
    }
    const isAsked = ({ told, ended }: Segment) =>
      now - ended <= this.#options.horizonMs &&
      [...told].some(([source, at]) => at > (lastTold.get(source) ?? 0) - TOLD_AGAIN_MS);
    return old.filter((segment) => !isNeeded(segment) && this.isOver(segment) && !isAsked(segment));
  }
}

/** Whether all records of an entry are in the history, by where and when it was taken in. */
export function isOver(
  entry: { readonly segment: number; readonly head: Millis },
  { segment, until }: DurableReach,
  bucketMs: number,
): boolean {
  return entry.segment < segment && newestEnd(entry.head, bucketMs) <= until;
}

/** The end of the newest bucket that a record may be put into while another is being filled: the one after it. */
export function newestEnd(head: Millis, bucketMs: number): number {
  return (Math.floor(head / bucketMs) + 2) * bucketMs;
}
