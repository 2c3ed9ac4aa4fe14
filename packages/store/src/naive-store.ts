import {
  bucketStart,
  compileFilter,
  type Flow,
  type FlowGroup,
  type FlowRecord,
  fieldValues,
  foldFlows,
  fromRecord,
  type Grouping,
  groupKeyOf,
  type Mergeable,
  type Millis,
  mergeFlows,
  millis,
  pendingVerdict,
  withoutField,
} from '@vibrissa/model';
import type {
  Change,
  CompareQuery,
  FlowSort,
  FlowsQuery,
  HintsQuery,
  SeenAnswer,
  SeenQuery,
  SeriesBucket,
  SeriesQuery,
  TopAnswer,
  TopMeasure,
  TopQuery,
  TopRow,
  Window,
} from './flow-store.js';
import { naiveSorted, naiveSortValue } from './naive-sort.js';

/** What a store must answer, computed the slow and obvious way from all records. For the contract suite. */
export class NaiveStore {
  readonly #records: FlowRecord[] = [];

  constructor(
    readonly bucketMs: number,
    readonly now: () => Millis,
  ) {}

  get records(): readonly FlowRecord[] {
    return this.#records;
  }

  append(records: readonly FlowRecord[]): void {
    this.#records.push(...records);
  }

  groups({
    filter,
    grouping,
    ...window
  }: Pick<FlowsQuery, 'filter' | 'grouping' | 'from' | 'to'>): FlowGroup[] {
    const matches = compileFilter(filter);
    return this.#fold(grouping, this.#inside(window)).filter((group) => matches(group, this.now()));
  }

  hints(query: HintsQuery): Map<string, Map<string, number>> {
    const hints = new Map<string, Map<string, number>>();
    for (const field of query.fields) {
      const counts = new Map<string, number>();
      for (const group of this.groups({
        ...query,
        filter: withoutField(query.filter, field),
        grouping: 'connection',
      })) {
        for (const value of new Set(fieldValues(field, group, this.now()))) {
          if (value.toLowerCase().includes(query.contains.toLowerCase()))
            counts.set(value, (counts.get(value) ?? 0) + 1);
        }
      }
      hints.set(field, counts);
    }
    return hints;
  }

  series(query: SeriesQuery): SeriesBucket[] {
    const pairs = new Set(this.groups({ ...query, grouping: 'connection' }).map(pairText));
    const steps = new Map<Millis, FlowRecord[]>();
    for (const record of this.#inside(query)) {
      if (!pairs.has(JSON.stringify(groupKeyOf(record.key, 'connection')))) continue;
      const at = bucketStart(record.start, query.stepMs);
      steps.set(at, [...(steps.get(at) ?? []), record]);
    }
    const points = [...steps].map(([at, records]) => {
      const point = { at, allow: 0, deny: 0, pendingDeny: 0, unknown: 0 };
      for (const group of this.#fold('connection', records)) {
        const moved = naiveMeasures(group);
        point[seriesVerdict(group)] += moved[query.measure === undefined ? 'flows' : MEASURES[query.measure]];
      }
      return point;
    });
    const some = points.filter((point) => point.allow + point.deny + point.pendingDeny + point.unknown > 0);
    return some.sort((a, b) => a.at - b.at);
  }

  top({ by, ...query }: Omit<TopQuery, 'limit'>): Pick<TopAnswer, 'rows' | 'sum'> {
    const rows = new Map<string, TopRow[]>();
    const all: TopRow[] = [];
    for (const group of this.groups({ ...query, grouping: 'connection' })) {
      const moved = naiveMeasures(group);
      all.push({ values: [], ...moved });
      const [ones = [''], others] = by.map((field) => {
        const values = fieldValues(field, group, this.now());
        return values.length === 0 ? [''] : values;
      });
      const tuples = ones.flatMap((one) => others?.map((other) => [one, other]) ?? [[one]]);
      for (const values of tuples) {
        const text = JSON.stringify(values);
        rows.set(text, [...(rows.get(text) ?? []), { values, ...moved }]);
      }
    }
    const { values: _, ...sum } = sumRows(all);
    return { rows: [...rows.values()].map(sumRows), sum };
  }

  seen(query: SeenQuery): SeenAnswer {
    const pairs = new Set(this.groups({ ...query, grouping: 'connection' }).map(pairText));
    const held = this.#records.filter(({ key }) => pairs.has(JSON.stringify(groupKeyOf(key, 'connection'))));
    if (pairs.size === 0) return { first: null, last: null, total: 0 };
    return {
      first: millis(Math.min(...held.map(({ start }) => start))),
      last: millis(Math.max(...held.map(({ end }) => end))),
      total: pairs.size,
    };
  }

  /** In no order. */
  compare(query: Omit<CompareQuery, 'limit'>): Change[] {
    const { grouping, base } = query;
    const matches = compileFilter(query.filter);
    const name = (group: FlowGroup) => JSON.stringify(grouping === 'flow' ? group.flows[0]?.key : group.key);
    const here = new Map(this.#fold(grouping, this.#inside(query)).map((group) => [name(group), group]));
    const there = new Map(this.#fold(grouping, this.#inside(base)).map((group) => [name(group), group]));
    const changes: Change[] = [];
    for (const line of new Set([...here.keys(), ...there.keys()])) {
      const now = here.get(line) ?? null;
      const then = there.get(line) ?? null;
      if (![now, then].some((group) => group !== null && matches(group, this.now()))) continue;
      const ratio = now && then && ratioOf(now, then, (base.to - base.from) / (query.to - query.from));
      const change = { now, then, ratio: ratio === null || !Number.isFinite(ratio) ? null : ratio };
      if (now === null || then === null) changes.push({ ...change, kind: now === null ? 'gone' : 'added' });
      else if (seriesVerdict(now) !== seriesVerdict(then)) changes.push({ ...change, kind: 'verdict' });
      else if (ratio !== null && ratio !== 1 && (ratio >= query.factor || ratio <= 1 / query.factor))
        changes.push({ ...change, kind: 'volume' });
    }
    return changes;
  }

  /** What the lines of a window have in a column, in the order of the pages. */
  sortValues(query: Pick<FlowsQuery, 'filter' | 'grouping' | 'from' | 'to'> & { readonly sort: FlowSort }) {
    const values = this.groups(query).map((group) => naiveSortValue(group, query.sort.column));
    return naiveSorted(values, query.sort);
  }

  /** Key and bucket of everything that moved in a window. */
  places(window: Window): Set<string> {
    return new Set(
      this.#inside(window).map(({ key, start }) => JSON.stringify([key, bucketStart(start, this.bucketMs)])),
    );
  }

  /** The packets of a line in each step of the window, which is of whole buckets. */
  spark({ key, flows }: FlowGroup, grouping: Grouping, { from, to }: Window, steps: number): number[] {
    const width = Math.ceil((to - from) / this.bucketMs / steps) * this.bucketMs;
    const name = JSON.stringify(grouping === 'flow' ? flows[0]?.key : key);
    const own = this.#inside({ from, to }).filter(
      (record) =>
        JSON.stringify(grouping === 'flow' ? record.key : groupKeyOf(record.key, grouping)) === name,
    );
    return Array.from({ length: Math.ceil((to - from) / width) }, (_, at) => {
      const began = from + at * width;
      const step = own.filter(({ start }) => start >= began && start < began + width);
      const packets = (records: readonly FlowRecord[]) =>
        records.reduce(
          (sum, { counters }) => sum + (counters.packetsIn ?? 0) + (counters.packetsOut ?? 0),
          0,
        );
      const bySource = step.filter((record) => record.key.reporter === 'src');
      return Math.max(packets(bySource), packets(step.filter((record) => !bySource.includes(record))));
    });
  }

  #inside({ from, to }: Window): FlowRecord[] {
    const first = bucketStart(from, this.bucketMs);
    return this.#records.filter(({ start }) => {
      const at = bucketStart(start, this.bucketMs);
      return at >= first && at < to;
    });
  }

  #fold(grouping: Grouping, records: readonly FlowRecord[]): FlowGroup[] {
    // When a flow was first seen, and what was seen of it, are of everything held, whatever the window.
    const held = new Map<string, Mergeable>();
    for (const record of this.#records) {
      const text = JSON.stringify(record.key);
      const known = held.get(text);
      const own = fromRecord(record);
      held.set(text, known === undefined ? own : mergeFlows(known, own));
    }
    const merged = new Map<string, { key: FlowRecord['key']; sum: Mergeable }>();
    for (const record of records) {
      const text = JSON.stringify(record.key);
      const known = merged.get(text);
      const own = fromRecord(record);
      merged.set(text, { key: record.key, sum: known === undefined ? own : mergeFlows(known.sum, own) });
    }
    const groups = new Map<string, Flow[]>();
    for (const [text, { key, sum }] of merged) {
      const { firstSeen, evidence } = held.get(text) ?? sum;
      const flow: Flow = { id: 0, key, ...sum, firstSeen, evidence };
      const name = grouping === 'flow' ? text : JSON.stringify(groupKeyOf(key, grouping));
      groups.set(name, [...(groups.get(name) ?? []), flow]);
    }
    return [...groups.values()].flatMap((flows) => {
      const [first] = flows;
      return first === undefined ? [] : [foldFlows(0, groupKeyOf(first.key, grouping), flows)];
    });
  }
}

const MEASURES = { lines: 'flows', bytes: 'bytes', packets: 'packets' } as const;

function pairText(group: FlowGroup): string {
  return JSON.stringify(group.key);
}

function naiveMeasures({ traffic }: FlowGroup): Omit<TopRow, 'values'> {
  return {
    flows: 1,
    bytes: (traffic.bytesSent ?? 0) + (traffic.bytesReceived ?? 0),
    packets: (traffic.packetsSent ?? 0) + (traffic.packetsReceived ?? 0),
    connections: traffic.connectionsStarted ?? 0,
    denied: traffic.connectionsDenied ?? 0,
  };
}

function sumRows(rows: readonly TopRow[]): TopRow {
  const sum = (measure: TopMeasure) => rows.reduce((total, row) => total + row[measure], 0);
  return {
    values: rows[0]?.values ?? [],
    flows: sum('flows'),
    bytes: sum('bytes'),
    packets: sum('packets'),
    connections: sum('connections'),
    denied: sum('denied'),
  };
}

/** How many times as much a second; `stretch` is how many times as long the base window is. */
function ratioOf(now: FlowGroup, then: FlowGroup, stretch: number): number | null {
  const known = (bytes: boolean) =>
    [now, then].every(({ traffic }) =>
      bytes
        ? traffic.bytesSent !== null || traffic.bytesReceived !== null
        : traffic.packetsSent !== null || traffic.packetsReceived !== null,
    );
  const measure = known(true) ? 'bytes' : 'packets';
  if (measure === 'packets' && !known(false)) return null;
  const [moved, before] = [naiveMeasures(now)[measure], naiveMeasures(then)[measure]];
  return moved === 0 && before === 0 ? 1 : (moved / before) * stretch;
}

function seriesVerdict(group: FlowGroup): 'allow' | 'deny' | 'pendingDeny' | 'unknown' {
  if (group.verdict === 'deny') return 'deny';
  const pending = group.flows.some(
    (flow) => flow.key.verdict !== 'deny' && pendingVerdict(flow.key.trace) === 'deny',
  );
  return pending ? 'pendingDeny' : group.verdict;
}
