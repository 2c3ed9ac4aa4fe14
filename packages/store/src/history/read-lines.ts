import {
  type CounterName,
  compileFilter,
  type Filter,
  type FlowGroup,
  type Grouping,
  type Predicate,
} from '@vibrissa/model';
import { settle } from '../settle.js';
import type { BucketRange } from '../slot-chain.js';
import { filterSql } from './filter-sql.js';
import { DUCKDB_DIALECT } from './filter-sql-duckdb.js';
import { LineFold } from './fold-lines.js';
import { ALL_COUNTERS } from './fold-needs.js';
import type { HistoryContext } from './history-context.js';
import { readEvidence } from './read-evidence.js';
import { CHOSEN, KEY_WANTED, type QuerySession, SERIES_WANTED } from './read-session.js';
import { readSums } from './read-sums.js';
import { type Sql, sql } from './sql.js';

/** Lines folded before the clock is looked at. */
const STEP = 32;

/** A filter made ready for reading lines. */
export interface LineFilter {
  /** What narrows the series that are read; null for all. */
  readonly condition: Sql | null;
  /** What is left to ask of a line; null when the condition settles it. */
  readonly matches: Predicate | null;
}

/** @throws UnknownFieldError */
export function lineFilter(filter: Filter, grouping: Grouping): LineFilter {
  const matches = compileFilter(filter);
  const { condition, exact } = filterSql(filter, grouping, DUCKDB_DIALECT);
  return { condition, matches: exact ? null : matches };
}

/** Has the condition stand for the wanted series and keys of the session; false when all are wanted. */
export async function narrow(
  session: QuerySession,
  grouping: Grouping,
  condition: Sql | null,
): Promise<boolean> {
  if (condition === null) return false;
  await session.narrow(DUCKDB_DIALECT.lines(grouping), condition);
  return true;
}

export interface LinesQuery {
  readonly grouping: Grouping;
  readonly range: BucketRange;
  /** Conditions on `series` and on `key`; null for all. */
  readonly series: Sql | null;
  readonly keys: Sql | null;
  readonly counters: ReadonlySet<CounterName>;
  readonly evidence: boolean;
}

/** The lines of a window that may match the filter. */
export async function readLines(
  session: QuerySession,
  context: HistoryContext,
  {
    filter,
    ...query
  }: Omit<LinesQuery, 'series' | 'keys'> & { readonly filter: Pick<LineFilter, 'condition'> },
): Promise<LineFold> {
  const narrowed = await narrow(session, query.grouping, filter.condition);
  return foldLines(session, context, {
    ...query,
    series: narrowed ? SERIES_WANTED : null,
    keys: narrowed ? KEY_WANTED : null,
  });
}

async function foldLines(
  session: QuerySession,
  context: HistoryContext,
  { grouping, range, series, keys, counters, evidence }: LinesQuery,
): Promise<LineFold> {
  const sums = await readSums(session, context, { range, wanted: series, counters, ends: true });
  const rows = evidence ? await readEvidence(session, context.keys, keys) : null;
  const fold = new LineFold(context.keys, grouping, sums, rows);
  await context.turns.run(fold.gather(), session.signal);
  return fold;
}

/** Visits the lines that match, in slices. */
export async function visitLines(
  session: QuerySession,
  { turns, clock }: HistoryContext,
  fold: LineFold,
  matches: Predicate | null,
  visit: (group: FlowGroup, line: number) => void,
): Promise<void> {
  const now = clock.now();
  await eachOf(session, turns, fold.lines, (line) => {
    const group = fold.read(line);
    if (group !== null && (matches === null || matches(group, now))) visit(group, line);
  });
}

/** Looks at each line, in slices, and tells how far it is. */
export async function eachOf(
  { progress, signal }: QuerySession,
  turns: HistoryContext['turns'],
  lines: Uint32Array,
  look: (line: number) => void,
): Promise<void> {
  function* steps() {
    for (let at = 0; at < lines.length; at++) {
      if (at % STEP === STEP - 1) {
        progress.at(at / lines.length);
        yield;
      }
      look(lines[at] as number);
    }
  }
  await turns.run(steps(), signal);
  progress.at(1);
}

/** Sets the series that these lines have in the windows of the folds as the chosen ones. */
export async function chooseLines(
  session: QuerySession,
  folds: readonly LineFold[],
  lines: Iterable<number>,
): Promise<void> {
  const series: number[] = [];
  for (const line of lines) {
    for (const fold of folds) for (const own of fold.seriesOf(line)) series.push(own);
  }
  await session.choose(Uint32Array.from(series));
}

const KEY_CHOSEN = sql`key IN (SELECT s.key FROM series s WHERE s.id IN ${CHOSEN})`;

/** Everything of the lines whose series are chosen, as they were in the window. */
export async function readChosen(
  session: QuerySession,
  context: HistoryContext,
  grouping: Grouping,
  range: BucketRange,
): Promise<(line: number) => FlowGroup | null> {
  const fold = await foldLines(session, context, {
    grouping,
    range,
    series: sql`series IN ${CHOSEN}`,
    keys: KEY_CHOSEN,
    counters: ALL_COUNTERS,
    evidence: true,
  });
  return settledOf(fold);
}

/** The same, where the fold has everything but evidence. */
export async function addEvidence(
  session: QuerySession,
  { keys }: HistoryContext,
  fold: LineFold,
): Promise<(line: number) => FlowGroup | null> {
  fold.see(await readEvidence(session, keys, KEY_CHOSEN));
  return settledOf(fold);
}

function settledOf(fold: LineFold): (line: number) => FlowGroup | null {
  return (line) => {
    const group = fold.read(line);
    return group === null ? null : settle(group);
  };
}
