import type { SeriesPoint } from '@vibrissa/protocol/messages';
import type { Row } from '../../../live/row.js';
import type { Outcome } from '../../../view/outcome.js';

/** Packets of one bucket, and what became of them. */
export interface TrafficBar {
  /** Start of the bucket, ms since epoch. */
  readonly at: number;
  readonly packets: number;
  readonly outcome: Outcome;
}

/**
 * The packets of the last minutes, bucket by bucket, up to the bucket of `until`. The live row knows how many
 * there were, the series what became of them; a bucket that the series does not tell of claims no verdict.
 */
export function trafficBars(
  { spark, sparkAt }: Pick<Row, 'spark' | 'sparkAt'>,
  points: readonly SeriesPoint[],
  until: number,
  bucketMs: number,
): readonly TrafficBar[] {
  const last = Math.max(sparkAt, Math.floor(until / bucketMs) * bucketMs);
  const told = new Map(points.map((point) => [Math.floor(point.at / bucketMs) * bucketMs, point]));
  return Array.from(spark, (_, index) => {
    const at = last - (spark.length - 1 - index) * bucketMs;
    const known = spark.length - 1 - Math.round((sparkAt - at) / bucketMs);
    return { at, packets: spark[known] ?? 0, outcome: outcomeOfPoint(told.get(at)) };
  });
}

/** The packets of a window as the series tells them: every one with what became of it. */
export function seriesBars(points: readonly SeriesPoint[]): readonly TrafficBar[] {
  return points.map((point) => {
    const { at, allow, deny, pendingDeny, unknown } = point;
    return { at, packets: allow + deny + pendingDeny + unknown, outcome: outcomeOfPoint(point) };
  });
}

function outcomeOfPoint(point: SeriesPoint | undefined): Outcome {
  if (point === undefined) return 'unknown';
  if (point.deny > 0) return 'deny';
  if (point.pendingDeny > 0) return 'stage';
  return point.allow > 0 ? 'allow' : 'unknown';
}
