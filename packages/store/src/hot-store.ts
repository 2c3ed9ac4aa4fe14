import {
  compileFilter,
  type Filter,
  type FlowGroup,
  type FlowRecord,
  fieldValues,
  type Grouping,
  type Millis,
  millis,
  pendingVerdict,
  withoutField,
} from '@vibrissa/model';
import {
  BadCursorError,
  type FieldValue,
  type FlowStore,
  type FlowsPage,
  type FlowsQuery,
  type HintsQuery,
  type Placement,
  type SeriesBucket,
  type SeriesQuery,
} from './flow-store.js';
import { HotRing, type HotRingOptions } from './hot-ring.js';
import type { BucketRange } from './slot-chain.js';
import { Turns } from './turns.js';

/** How many groups are looked at before the clock is. */
const STEP = 64;

/** The hot ring as a store: long reads run in slices, so that they hold up neither ingest nor each other. */
export class HotStore implements FlowStore {
  readonly ring: HotRing;
  readonly turns = new Turns();
  readonly #options: HotRingOptions;

  constructor(options: HotRingOptions) {
    this.#options = options;
    this.ring = new HotRing(options);
  }

  get oldestHeld(): Millis {
    return this.ring.oldestHeld;
  }

  append(records: readonly FlowRecord[]): Placement[] {
    return records.map((record) => this.ring.append(record));
  }

  async flows(query: FlowsQuery, signal?: AbortSignal): Promise<FlowsPage> {
    const cursor = query.cursor === undefined ? null : readCursor(query.cursor);
    const from = cursor?.from ?? query.from;
    const to = cursor?.to ?? query.to;
    const range = this.ring.range(from, to);
    const best = new Newest(query.limit + 1);
    let total = 0;
    await this.scan(query.filter, query.grouping, range, signal, (group, index) => {
      total++;
      if (cursor === null || group.id < cursor.id) best.offer(group.id, index);
    });
    const chosen = best.sorted();
    const groups: FlowGroup[] = [];
    for (const { id, index } of chosen.slice(0, query.limit)) {
      const group = this.ring.read(index, query.grouping, range);
      if (group?.id === id) groups.push(settle(group));
    }
    const last = chosen.length > query.limit ? chosen[query.limit - 1] : undefined;
    const { bucketMs } = this.ring;
    return {
      groups,
      total,
      next: last === undefined ? null : writeCursor({ id: last.id, from, to }),
      from: millis(range.from * bucketMs),
      to: millis(range.to * bucketMs),
    };
  }

  async hints(query: HintsQuery, signal?: AbortSignal): Promise<Map<string, FieldValue[]>> {
    const range = this.ring.range(query.from, query.to);
    const needle = query.contains.toLowerCase();
    const counts = new Map<string, Map<string, number>>();
    const rests = new Map<string, { filter: Filter; fields: string[] }>();
    for (const field of query.fields) {
      counts.set(field, new Map());
      const filter = withoutField(query.filter, field);
      const text = JSON.stringify(filter);
      const rest = rests.get(text);
      if (rest === undefined) rests.set(text, { filter, fields: [field] });
      else rest.fields.push(field);
    }
    const now = this.#options.clock.now();
    for (const { filter, fields } of rests.values()) {
      await this.scan(filter, 'connection', range, signal, (group) => {
        for (const field of fields) {
          const tally = counts.get(field) as Map<string, number>;
          for (const value of new Set(fieldValues(field, group, now))) {
            if (needle !== '' && !value.toLowerCase().includes(needle)) continue;
            tally.set(value, (tally.get(value) ?? 0) + 1);
          }
        }
      });
    }
    const hints = new Map<string, FieldValue[]>();
    for (const [field, tally] of counts) {
      const values = [...tally].map(([value, count]) => ({ value, count }));
      values.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
      hints.set(field, values.slice(0, query.limit));
    }
    return hints;
  }

  async series(query: SeriesQuery, signal?: AbortSignal): Promise<SeriesBucket[]> {
    const range = this.ring.range(query.from, query.to);
    const step = Math.max(1, Math.ceil(query.stepMs / this.ring.bucketMs));
    const first = Math.floor(range.from / step);
    const size = Math.max(0, Math.ceil(Math.min(range.to, this.ring.head + 1) / step) - first);
    const counts = new Uint32Array(size * 4);
    const seen = new Uint8Array(size);
    await this.scan(query.filter, 'connection', range, signal, (_group, index) => {
      seen.fill(0);
      for (const key of this.ring.groups.members(index, 'connection')) {
        const bit = this.#seriesBit(key);
        this.ring.eachBucket(key, range, (bucket) => {
          const at = Math.min(size - 1, Math.floor(bucket / step) - first);
          seen[at] = (seen[at] as number) | bit;
        });
      }
      for (let at = 0; at < size; at++) {
        const bits = seen[at] as number;
        if (bits !== 0) counts[at * 4 + worst(bits)] = (counts[at * 4 + worst(bits)] as number) + 1;
      }
    });
    return Array.from({ length: size }, (_, at) => ({
      at: millis((first + at) * step * this.ring.bucketMs),
      deny: counts[at * 4] as number,
      pendingDeny: counts[at * 4 + 1] as number,
      allow: counts[at * 4 + 2] as number,
      unknown: counts[at * 4 + 3] as number,
    }));
  }

  async close(): Promise<void> {}

  /** Visits every group that matches, in slices. The group handed over is valid only during the visit. */
  async scan(
    filter: Filter,
    grouping: Grouping,
    range: BucketRange,
    signal: AbortSignal | undefined,
    visit: (group: FlowGroup, index: number) => void,
  ): Promise<void> {
    const matches = compileFilter(filter);
    const { ring } = this;
    const now = this.#options.clock.now();
    function* steps() {
      for (let index = 0; index < ring.groups.bound(grouping); index++) {
        if (index % STEP === STEP - 1) yield;
        const group = ring.read(index, grouping, range);
        if (group !== null && matches(group, now)) visit(group, index);
      }
    }
    await this.turns.run(steps(), signal);
  }

  #seriesBit(key: number): number {
    const verdict = this.ring.tables.verdict(key);
    if (verdict === 'deny') return 1;
    if (pendingVerdict(this.ring.tables.trace(key)) === 'deny') return 2;
    return verdict === 'allow' ? 4 : 8;
  }
}

/** Which of deny, would be denied, allow, unknown (0 to 3) stands for a connection seen in several ways. */
function worst(bits: number): number {
  if (bits & 1) return 0;
  if (bits & 2) return 1;
  return bits & 4 ? 2 : 3;
}

/** Reads what a ring's flow reads late, so that the group outlives the next record. */
function settle(group: FlowGroup): FlowGroup {
  return {
    ...group,
    flows: group.flows.map(
      ({ id, key, counters, sourceLabels, destLabels, evidence, firstSeen, lastSeen }) => ({
        id,
        key,
        counters,
        sourceLabels,
        destLabels,
        evidence,
        firstSeen,
        lastSeen,
      }),
    ),
  };
}

/** The largest ids offered, a bounded number of them. */
class Newest {
  readonly #room: number;
  #held: { id: number; index: number }[] = [];
  #floor = 0;

  constructor(room: number) {
    this.#room = room;
  }

  offer(id: number, index: number): void {
    if (id <= this.#floor) return;
    this.#held.push({ id, index });
    if (this.#held.length >= this.#room * 2) this.#cut();
  }

  sorted(): readonly { readonly id: number; readonly index: number }[] {
    this.#cut();
    return this.#held;
  }

  #cut(): void {
    this.#held.sort((a, b) => b.id - a.id);
    if (this.#held.length < this.#room) return;
    this.#held = this.#held.slice(0, this.#room);
    this.#floor = this.#held.at(-1)?.id ?? 0;
  }
}

interface Cursor {
  readonly id: number;
  readonly from: Millis;
  readonly to: Millis;
}

function writeCursor({ id, from, to }: Cursor): string {
  return `${id}-${from}-${to}`;
}

function readCursor(text: string): Cursor {
  const parts = /^(\d{1,15})-(-?\d{1,15})-(\d{1,15})$/.exec(text);
  if (parts === null) throw new BadCursorError();
  return { id: Number(parts[1]), from: millis(Number(parts[2])), to: millis(Number(parts[3])) };
}
