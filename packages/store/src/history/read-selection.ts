import type { Filter } from '@vibrissa/model';
import type { BucketRange } from '../slot-chain.js';
import { needsOf } from './fold-needs.js';
import type { HistoryContext } from './history-context.js';
import { floats, words } from './read-columns.js';
import { lineFilter, narrow, readLines, visitLines } from './read-lines.js';
import { CHOSEN, type QuerySession, SERIES_WANTED } from './read-session.js';
import { type Sql, sql } from './sql.js';

/** So many ids are cheap to hand to the database for each slice; with more, all is read that may match, and looked through. */
const FEW = 20_000;

/** The series of connections that match. */
export interface Selection {
  /** A condition on lines of connections that they satisfy, others perhaps too; null for none. */
  readonly condition: Sql | null;
  /** They themselves; null when they are all that satisfy the condition. */
  readonly ids: Uint32Array | null;
  /** The same where they are many, for looking through what the condition lets by. */
  readonly marks: IdSet | null;
}

/** Finds the series of the connections that match in the window. */
export async function selectSeries(
  session: QuerySession,
  context: HistoryContext,
  filter: Filter,
  range: BucketRange,
): Promise<Selection> {
  const { condition, matches } = lineFilter(filter, 'connection');
  if (matches === null) return { condition, ids: null, marks: null };
  const fold = await readLines(session, context, {
    grouping: 'connection',
    range,
    filter: { condition },
    ...needsOf(filter),
  });
  const series: number[] = [];
  await visitLines(session, context, fold, matches, (_, line) => {
    for (const own of fold.seriesOf(line)) series.push(own);
  });
  const ids = Uint32Array.from(series);
  if (ids.length <= FEW) return { condition, ids, marks: null };
  const marks = new IdSet();
  for (const own of ids) marks.add(own);
  return { condition, ids, marks };
}

/** The condition for the series as the statements that follow take it, to the letter; null for none. */
export async function useSelection(
  session: QuerySession,
  { ids, condition }: Omit<Selection, 'marks'>,
): Promise<Sql | null> {
  if (ids === null) return (await narrow(session, 'connection', condition)) ? SERIES_WANTED : null;
  await session.choose(ids);
  return sql`series IN ${CHOSEN}`;
}

/** The same, but where the selection has marks it lets others by. */
export async function useRoughly(session: QuerySession, selection: Selection): Promise<Sql | null> {
  const { condition, marks } = selection;
  return useSelection(session, marks === null ? selection : { condition, ids: null });
}

export interface Slice {
  readonly range: BucketRange;
  /** Of all rows, how many are in it. */
  readonly share: number;
}

/** Cuts the window into slices of about as many rows, whole buckets each. */
export async function planSlices(
  session: QuerySession,
  selection: Selection,
  range: BucketRange,
  rows: number,
): Promise<Slice[]> {
  const wanted = await useRoughly(session, selection);
  const { chunks } = await session.run(
    sql`SELECT bucket, count(*)::DOUBLE FROM all_facts
      WHERE bucket >= ${range.from}::UINTEGER AND bucket < ${range.to}::UINTEGER AND ${wanted ?? sql`true`}
      GROUP BY bucket ORDER BY bucket`,
  );
  const cuts: { at: number; rows: number }[] = [];
  let total = 0;
  for (const chunk of chunks) {
    const [buckets, counts] = [words(chunk, 0), floats(chunk, 1)];
    for (let row = 0; row < chunk.rowCount; row++) {
      const count = counts[row] as number;
      const last = cuts.at(-1);
      total += count;
      if (last === undefined || last.rows + count > rows)
        cuts.push({ at: buckets[row] as number, rows: count });
      else last.rows += count;
    }
  }
  return cuts.map((cut, at) => ({
    range: { from: at === 0 ? range.from : cut.at, to: cuts[at + 1]?.at ?? range.to },
    share: cut.rows / total,
  }));
}

/** A growing set of ids, a byte each. */
export class IdSet {
  #has = new Uint8Array(1_024);

  has(id: number): boolean {
    return this.#has[id] === 1;
  }

  /** False when it was in the set. */
  add(id: number): boolean {
    if (this.has(id)) return false;
    if (id >= this.#has.length) {
      const more = new Uint8Array(Math.max(id + 1, this.#has.length * 2));
      more.set(this.#has);
      this.#has = more;
    }
    this.#has[id] = 1;
    return true;
  }
}
