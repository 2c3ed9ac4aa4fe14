import type { Clock } from '@vibrissa/model';
import { BadRequestError, type TimeBounds } from '@vibrissa/protocol';
import type { BucketRange, HotRing } from '@vibrissa/store';

/**
 * The buckets that lie wholly between two bounds in seconds. A lower bound of 0 is the beginning of what is held,
 * an upper one of 0 is now; negative ones are before now. Throws BadRequestError.
 */
export function wholeBuckets(bounds: TimeBounds, ring: HotRing, clock: Clock): BucketRange {
  const { from, to } = resolve(bounds, ring, clock);
  return { from: Math.max(ring.oldestBucket, Math.ceil(from)), to: Math.min(ring.head + 2, Math.floor(to)) };
}

/**
 * The buckets that hold the two bounds, the second one left out. Goldmane's statistics fail outside of what is
 * held rather than tell of a part only. Throws BadRequestError.
 */
export function heldBuckets(bounds: TimeBounds, ring: HotRing, clock: Clock): BucketRange {
  const { from, to } = resolve(bounds, ring, clock);
  const range = { from: Math.floor(from), to: Math.floor(to) };
  const oldest = (ring.oldestBucket * ring.bucketMs) / 1_000;
  if (range.from < ring.oldestBucket || range.from > ring.head + 1) {
    throw new BadRequestError(
      `start_time_gte: flows are held from ${oldest} on, s since 1970; 0 stands for that`,
    );
  }
  if (bounds.startTimeLt > 0 && range.to > ring.head + 1) {
    throw new BadRequestError('start_time_lt: is in the future; 0 stands for now');
  }
  return range;
}

/** The bucket a stream begins with: relative bounds are resolved now and once. 0 is what ends from now on. */
export function firstOfStream(startTimeGte: number, ring: HotRing, clock: Clock): number {
  if (startTimeGte === 0) return ring.head - 1;
  return Math.max(ring.oldestBucket, Math.floor(inBuckets(startTimeGte, ring, clock)));
}

/** Bounds as bucket numbers with fractions. */
function resolve(
  { startTimeGte, startTimeLt }: TimeBounds,
  ring: HotRing,
  clock: Clock,
): { readonly from: number; readonly to: number } {
  const from = startTimeGte === 0 ? ring.oldestBucket : inBuckets(startTimeGte, ring, clock);
  const to = inBuckets(startTimeLt, ring, clock);
  if (from >= to) {
    throw new BadRequestError(
      `start_time_gte (${startTimeGte}) must be less than start_time_lt (${startTimeLt}); 0 and less count from now`,
    );
  }
  return { from, to };
}

function inBuckets(seconds: number, ring: HotRing, clock: Clock): number {
  const at = seconds * 1_000;
  return (at <= 0 ? clock.now() + at : at) / ring.bucketMs;
}
