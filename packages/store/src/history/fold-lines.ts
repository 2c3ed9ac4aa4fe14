import {
  type Counters,
  type Evidence,
  type Flow,
  type FlowGroup,
  type FlowKey,
  foldFlows,
  type Grouping,
  groupKeyOf,
  type Labels,
  type Millis,
  millis,
  NO_EVIDENCE,
} from '@vibrissa/model';
import type { HistoryKeys } from './history-keys.js';
import type { EvidenceRows } from './read-evidence.js';
import type { SeriesSums } from './read-sums.js';

/** Rows looked at before others may run. */
const STEP = 4_096;

/** Gathers what series moved into the lines they belong to, and folds those one by one. */
export class LineFold {
  readonly grouping: Grouping;
  readonly #keys: HistoryKeys;
  readonly #sums: SeriesSums;
  #evidence: EvidenceRows | null;
  /** By line: its first row plus one; 0 where it has none. */
  readonly #heads: Uint32Array;
  /** By row: the next row of its line plus one. */
  readonly #next: Uint32Array;
  readonly #lines: Uint32Array;
  #size = 0;

  /** `gather` is to be run before anything is read. */
  constructor(keys: HistoryKeys, grouping: Grouping, sums: SeriesSums, evidence: EvidenceRows | null) {
    this.grouping = grouping;
    this.#keys = keys;
    this.#sums = sums;
    this.#evidence = evidence;
    this.#heads = new Uint32Array(keys.lineBound(grouping));
    this.#next = new Uint32Array(sums.length);
    this.#lines = new Uint32Array(sums.length);
  }

  *gather(): Generator<void> {
    const { series } = this.#sums;
    for (let row = 0; row < series.length; row++) {
      if (row % STEP === STEP - 1) yield;
      const key = this.#keyOf(row);
      // A row of what was let go of meanwhile names nothing any more.
      if (!this.#keys.has(key)) continue;
      const line = this.#keys.lineOf(key, this.grouping);
      const head = this.#heads[line] as number;
      if (head === 0) this.#lines[this.#size++] = line;
      this.#next[row] = head;
      this.#heads[line] = row + 1;
    }
  }

  /** The lines that have something in the window, in no order. */
  get lines(): Uint32Array {
    return this.#lines.subarray(0, this.#size);
  }

  /** Whether the line has something in the window. */
  has(line: number): boolean {
    return (this.#heads[line] ?? 0) !== 0;
  }

  /** The series of a line that have something in the window. */
  *seriesOf(line: number): Generator<number> {
    for (let row = this.#heads[line] ?? 0; row !== 0; row = this.#next[row - 1] as number)
      yield this.#sums.series[row - 1] as number;
  }

  /** The line as it was in the window; null where it had nothing there. */
  read(line: number): FlowGroup | null {
    const flows: HistoryFlow[] = [];
    const rows = this.#rowsOf(line);
    for (let from = 0; from < rows.length; ) {
      const key = this.#keyOf(rows[from] as number);
      let to = from + 1;
      while (to < rows.length && this.#keyOf(rows[to] as number) === key) to++;
      flows.push(this.#flow(key, rows, from, to));
      from = to;
    }
    const [first] = flows;
    return first === undefined ? null : foldFlows(line, groupKeyOf(first.key, this.grouping), flows);
  }

  /** Has evidence read from these rows from now on. */
  see(evidence: EvidenceRows): void {
    this.#evidence = evidence;
  }

  evidence(key: number): Evidence {
    return this.#evidence?.of(key) ?? NO_EVIDENCE;
  }

  labels(id: number): Labels {
    return this.#keys.labels(id);
  }

  /** Newest keys first, as the ring has them. */
  #rowsOf(line: number): readonly number[] {
    const rows: number[] = [];
    for (let row = this.#heads[line] ?? 0; row !== 0; row = this.#next[row - 1] as number) rows.push(row - 1);
    return rows.length < 2 ? rows : rows.sort((a, b) => this.#keyOf(b) - this.#keyOf(a));
  }

  #keyOf(row: number): number {
    return this.#keys.seriesKey(this.#sums.series[row] as number);
  }

  #flow(key: number, rows: readonly number[], from: number, to: number): HistoryFlow {
    const keys = this.#keys;
    const { series, end } = this.#sums;
    let [source, dest, last] = [0, 0, 0];
    for (let at = from; at < to; at++) {
      const row = rows[at] as number;
      const own = series[row] as number;
      source = keys.commonLabels(source, keys.seriesSourceLabels(own));
      dest = keys.commonLabels(dest, keys.seriesDestLabels(own));
      if (end !== null) last = Math.max(last, end[row] as number);
    }
    const counters = this.#counters(rows, from, to);
    return new HistoryFlow(
      this,
      key,
      keys.read(key),
      counters,
      source,
      dest,
      keys.firstSeen(key),
      millis(last),
    );
  }

  #counters(rows: readonly number[], from: number, to: number): Counters {
    const sum = (counter: number): number | null => {
      const column = this.#sums.counters[counter] ?? null;
      if (column === null) return null;
      let total: number | null = null;
      for (let at = from; at < to; at++) {
        const value = column[rows[at] as number] as number;
        if (!Number.isNaN(value)) total = (total ?? 0) + value;
      }
      return total;
    };
    return {
      packetsIn: sum(0),
      packetsOut: sum(1),
      bytesIn: sum(2),
      bytesOut: sum(3),
      connectionsStarted: sum(4),
      connectionsCompleted: sum(5),
      connectionsLive: sum(6),
    };
  }
}

/** A flow of the history over a window: what is seldom asked for is laid out when it is. */
class HistoryFlow implements Flow {
  readonly #fold: LineFold;
  #evidence: Evidence | null = null;

  constructor(
    fold: LineFold,
    readonly id: number,
    readonly key: FlowKey,
    readonly counters: Counters,
    readonly sourceLabelsId: number,
    readonly destLabelsId: number,
    readonly firstSeen: Millis,
    readonly lastSeen: Millis,
  ) {
    this.#fold = fold;
  }

  get sourceLabels(): Labels {
    return this.#fold.labels(this.sourceLabelsId);
  }

  get destLabels(): Labels {
    return this.#fold.labels(this.destLabelsId);
  }

  get evidence(): Evidence {
    this.#evidence ??= this.#fold.evidence(this.id);
    return this.#evidence;
  }
}
