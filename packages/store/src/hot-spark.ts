import type { Grouping } from '@vibrissa/model';
import type { HotRing } from './hot-ring.js';
import type { BucketRange } from './slot-chain.js';

/** The packets of a line in at most `steps` steps of the window; both ends count the same ones, so the larger is told. */
export function hotSpark(
  ring: HotRing,
  group: number,
  grouping: Grouping,
  range: BucketRange,
  steps: number,
): readonly number[] {
  const buckets = Math.max(1, range.to - range.from);
  const width = Math.ceil(buckets / Math.max(1, steps));
  const source = new Float64Array(Math.ceil(buckets / width));
  const other = new Float64Array(source.length);
  for (const key of ring.groups.members(group, grouping)) {
    const side = ring.tables.reporter(key) === 'src' ? source : other;
    ring.eachBucket(key, range, (bucket, packets) => {
      const at = Math.floor((bucket - range.from) / width);
      side[at] = (side[at] as number) + packets;
    });
  }
  return Array.from(source, (packets, at) => Math.max(packets, other[at] as number));
}
