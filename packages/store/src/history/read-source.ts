import type { BucketRange } from '../slot-chain.js';
import { joinSql, type Sql, sql } from './sql.js';

/** The counters' columns, in the order of COUNTER_NAMES. */
export const COUNTER_COLUMNS: readonly Sql[] = [
  sql`packets_in`,
  sql`packets_out`,
  sql`bytes_in`,
  sql`bytes_out`,
  sql`started`,
  sql`completed`,
  sql`live`,
];

/** Equal steps of time that sums are made for: step 0 begins with bucket `first`; what is past the last counts to it. */
export interface Steps {
  readonly first: number;
  readonly buckets: number;
  readonly last: number;
}

export interface SourceOptions {
  readonly range: BucketRange;
  readonly bucketMs: number;
  readonly spanBuckets: number;
  readonly summedTo: number;
  /** A condition on `series`; null for all. */
  readonly wanted: Sql | null;
  /** What is read besides `series`: columns of facts and spans that have the same name in both. */
  readonly columns: readonly Sql[];
  /** Adds `end_at`, ms. */
  readonly ends: boolean;
  /** Adds `step`. */
  readonly steps: Steps | null;
}

/**
 * Everything that moved in the window, each thing once: whole spans where there are some and no step ends within
 * them, facts for the rest, and what is not on disk yet.
 */
export function sourceSql(options: SourceOptions): Sql {
  const { range, spanBuckets: width, summedTo, steps } = options;
  const firstSpan = Math.ceil(range.from / width);
  const lastSpan = Math.floor(Math.min(range.to, summedTo) / width);
  const arms = [facts(sql`unwritten_facts`, range, options)];
  if (lastSpan <= firstSpan || (steps !== null && steps.buckets < width)) {
    arms.push(facts(sql`history.facts`, range, options));
    return union(arms, options.wanted);
  }
  const [from, to] = [firstSpan * width, lastSpan * width];
  arms.push(facts(sql`history.facts`, { from: range.from, to: from }, options));
  arms.push(facts(sql`history.facts`, { from: to, to: range.to }, options));
  if (steps === null || (steps.buckets % width === 0 && (from - steps.first) % width === 0)) {
    arms.push(spans({ from: firstSpan, to: lastSpan }, options, null));
    return union(arms, options.wanted);
  }
  const at = (bucket: Sql) => sql`((${bucket} - ${steps.first}) // ${steps.buckets})`;
  const cut = (span: Sql) =>
    sql`${at(sql`${span} * ${width}`)} <> ${at(sql`(${span} * ${width} + ${width - 1})`)}`;
  arms.push(spans({ from: firstSpan, to: lastSpan }, options, sql`NOT (${cut(sql`span::BIGINT`)})`));
  arms.push(facts(sql`history.facts`, { from, to }, options, cut(sql`(bucket::BIGINT // ${width})`)));
  return union(arms, options.wanted);
}

function union(arms: readonly Sql[], wanted: Sql | null): Sql {
  const all = sql`(${joinSql(arms, sql` UNION ALL `)})`;
  return wanted === null ? all : sql`(SELECT * FROM ${all} WHERE ${wanted})`;
}

function facts(table: Sql, range: BucketRange, options: SourceOptions, besides: Sql | null = null): Sql {
  const { bucketMs, ends, steps } = options;
  const columns = [sql`series`, ...options.columns];
  if (ends) columns.push(sql`bucket::BIGINT * ${bucketMs} + end_ms AS end_at`);
  if (steps !== null) columns.push(stepSql(sql`bucket::BIGINT`, steps));
  const inside = sql`bucket >= ${range.from}::UINTEGER AND bucket < ${range.to}::UINTEGER`;
  return select(columns, table, [inside, besides]);
}

function spans(range: BucketRange, options: SourceOptions, besides: Sql | null): Sql {
  const { bucketMs, ends, steps, spanBuckets: width } = options;
  const columns = [sql`series`, ...options.columns];
  if (ends) columns.push(sql`span::BIGINT * ${bucketMs * width} + end_ms AS end_at`);
  if (steps !== null) columns.push(stepSql(sql`span::BIGINT * ${width}`, steps));
  const inside = sql`span >= ${range.from}::UINTEGER AND span < ${range.to}::UINTEGER`;
  return select(columns, sql`history.spans`, [inside, besides]);
}

function stepSql(bucket: Sql, { first, buckets, last }: Steps): Sql {
  return sql`least((${bucket} - ${first}) // ${buckets}, ${last})::UINTEGER AS step`;
}

function select(columns: readonly Sql[], table: Sql, conditions: readonly (Sql | null)[]): Sql {
  const all = conditions.filter((condition) => condition !== null);
  return sql`SELECT ${joinSql(columns, sql`, `)} FROM ${table} WHERE ${joinSql(all, sql` AND `)}`;
}
