import type { FlowRecord } from '@vibrissa/model';
import type { QueryControl, RecordsQuery } from '../flow-store.js';
import { Progress } from '../progress.js';
import type { BucketRange } from '../slot-chain.js';
import { RecordFold } from './fold-records.js';
import type { HistoryContext } from './history-context.js';
import { readEvidence } from './read-evidence.js';
import { bucketRange } from './read-range.js';
import { IdSet, planSlices, type Selection, selectSeries, useRoughly } from './read-selection.js';
import { CHOSEN, type QuerySession, withSession } from './read-session.js';
import { COUNTER_COLUMNS } from './read-source.js';
import { joinSql, sql } from './sql.js';

/** Rows read at once: what bounds memory, unless one bucket alone has more. */
const SLICE_ROWS = 16_000;

/** Records a batch holds at most. */
const BATCH = 1_000;

/**
 * What is held of every flow of the connections that match, a record for each bucket, the oldest first. Read in slices
 * of buckets, each at a moment of its own, so that a slow reader holds up neither writing nor letting go.
 */
export async function* readRecords(
  context: HistoryContext,
  query: RecordsQuery,
  control: QueryControl | undefined,
): AsyncGenerator<readonly FlowRecord[]> {
  const range = bucketRange(context, query.from, query.to);
  const progress = new Progress(control?.progress);
  progress.part(0, 0.2);
  const plan = async (session: QuerySession) => {
    const selection = await selectSeries(session, context, query.filter, range);
    return { selection, slices: await planSlices(session, selection, range, SLICE_ROWS) };
  };
  const { selection, slices } = await withSession(context, control, plan, progress);
  const told = new IdSet();
  let done = 0.2;
  for (const slice of slices) {
    const next = done + 0.8 * slice.share;
    progress.part(done, next);
    const read = (session: QuerySession) => readSlice(session, context, selection, slice.range, told);
    const batches = await withSession(context, control, read, progress);
    for (const batch of batches) {
      control?.signal?.throwIfAborted();
      yield batch;
    }
    progress.at(1);
    done = next;
  }
  progress.part(0, 1);
  progress.at(1);
}

async function readSlice(
  session: QuerySession,
  context: HistoryContext,
  selection: Selection,
  range: BucketRange,
  told: IdSet,
): Promise<Iterable<readonly FlowRecord[]>> {
  const { keys, turns, bucketMs } = context;
  const wanted = await useRoughly(session, selection);
  const sums = COUNTER_COLUMNS.map((column) => sql`coalesce(sum(${column})::DOUBLE, 'NaN'::DOUBLE)`);
  const { chunks } = await session.run(
    sql`SELECT bucket, series, ${joinSql(sums, sql`, `)}, max(end_ms) FROM all_facts
      WHERE bucket >= ${range.from}::UINTEGER AND bucket < ${range.to}::UINTEGER AND ${wanted ?? sql`true`}
      GROUP BY bucket, series ORDER BY bucket`,
  );
  const fold = new RecordFold(keys, bucketMs, chunks);
  await turns.run(
    fold.gather((series) => selection.marks?.has(series) ?? true),
    session.signal,
  );
  const untold = fold.keys.filter((key) => !told.has(key));
  await session.choose(Uint32Array.from(untold));
  const evidence = await readEvidence(session, keys, sql`key IN ${CHOSEN}`);
  return fold.batches(BATCH, (key) => (told.add(key) ? evidence.of(key) : null));
}
