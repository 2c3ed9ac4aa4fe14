import { bucketStart, type Millis, millis } from '@vibrissa/model';
import type { BucketRange } from '../slot-chain.js';
import type { HistoryContext } from './history-context.js';

/** What the columns of buckets can hold. */
const MOST = 2 ** 32 - 1;

/** All buckets. */
export const EVER: BucketRange = { from: 0, to: MOST };

/** Number of the bucket that holds the moment. */
export function bucketOf(at: Millis, bucketMs: number): number {
  return bucketStart(at, bucketMs) / bucketMs;
}

/** The whole buckets that a window touches. As in the ring, one that reaches now takes in early records. */
export function bucketRange(
  { clock, bucketMs }: Pick<HistoryContext, 'clock' | 'bucketMs'>,
  from: Millis,
  to: Millis,
): BucketRange {
  const now = clock.now();
  const head = bucketOf(now, bucketMs);
  const last = bucketOf(millis(to - 1), bucketMs);
  const end = (last >= head || to >= now ? head + 1 : last) + 1;
  return { from: inColumn(bucketOf(from, bucketMs)), to: inColumn(end) };
}

function inColumn(bucket: number): number {
  return Math.min(MOST, Math.max(0, bucket));
}
