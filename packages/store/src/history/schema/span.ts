/** How long a span is at the least, ms, where a bucket is not longer; cut down to whole buckets. */
export const SPAN_MS = 300_000;

/** How many buckets make a span. */
export function spanBuckets(bucketMs: number): number {
  return Math.max(1, Math.floor(SPAN_MS / bucketMs));
}
