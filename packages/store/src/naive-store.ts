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
  pendingVerdict,
  withoutField,
} from '@vibrissa/model';
import type { FlowsQuery, HintsQuery, SeriesBucket, SeriesQuery, Window } from './flow-store.js';

/** What a store must answer, computed the slow and obvious way from all records. For the contract suite. */
export class NaiveStore {
  readonly #records: FlowRecord[] = [];

  constructor(
    readonly bucketMs: number,
    readonly now: () => Millis,
  ) {}

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

  series(query: SeriesQuery): Pick<SeriesBucket, 'at' | 'allow' | 'deny' | 'pendingDeny' | 'unknown'>[] {
    const matched = this.groups({ ...query, grouping: 'connection' });
    const pairs = new Set(matched.map((group) => JSON.stringify(group.key)));
    const buckets = new Map<Millis, FlowRecord[]>();
    for (const record of this.#inside(query)) {
      if (!pairs.has(JSON.stringify(groupKeyOf(record.key, 'connection')))) continue;
      const at = bucketStart(record.start, query.stepMs);
      buckets.set(at, [...(buckets.get(at) ?? []), record]);
    }
    return [...buckets].map(([at, records]) => {
      const groups = this.#fold('connection', records);
      const count = (verdict: string) => groups.filter((group) => seriesVerdict(group) === verdict).length;
      return {
        at,
        allow: count('allow'),
        deny: count('deny'),
        pendingDeny: count('pendingDeny'),
        unknown: count('unknown'),
      };
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

function seriesVerdict(group: FlowGroup): string {
  if (group.verdict === 'deny') return 'deny';
  const pending = group.flows.some(
    (flow) => flow.key.verdict !== 'deny' && pendingVerdict(flow.key.trace) === 'deny',
  );
  return pending ? 'pendingDeny' : group.verdict;
}
