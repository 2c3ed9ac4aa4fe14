import type { Window } from '@vibrissa/store';

const S = 1_000;
const MIN = 60 * S;
const HOUR = 60 * MIN;
const NICE = [
  15 * S,
  30 * S,
  MIN,
  2 * MIN,
  5 * MIN,
  10 * MIN,
  15 * MIN,
  30 * MIN,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
];

/** The most points that a step is chosen for. */
const MOST_POINTS = 120;

/** The shortest step, ms, that people count time in, is made of whole buckets and cuts the window into 120 at most. */
export function niceStep({ from, to }: Window, bucketMs: number): number {
  const least = (to - from) / MOST_POINTS;
  if (bucketMs >= least) return bucketMs;
  const nice = NICE.find((step) => step >= least && step % bucketMs === 0);
  return nice ?? Math.ceil(least / bucketMs) * bucketMs;
}
