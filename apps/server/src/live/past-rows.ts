import type { FlowGroup, Grouping, Millis } from '@vibrissa/model';
import { type HistoryRead, SPARK_BUCKETS } from '@vibrissa/protocol/messages';
import type { FlowsPage } from '@vibrissa/store';
import { DeciderDictionary, encodeDef, encodeRow } from './encode-rows.js';
import type { Waiting } from './subscriber.js';

/** How many rows go in one message. */
const MESSAGE_ROWS = 500;

/** How many ids are kept for rows that are not shown, should they come back. */
const MOST_IDS = 50_000;

/** Never resumed: a reading of what is kept costs the same whatever the browser holds. */
const NO_CURSOR = 'past';

/** What is told with the rows of one reading. */
export interface PastStamp {
  /** The server's clock, or the playhead. */
  readonly now: Millis;
  readonly history: HistoryRead;
}

/** A row as it was told, piece by piece as JSON. */
interface Told {
  readonly id: number;
  readonly def: string;
  readonly update: string;
  readonly spark: string;
}

/**
 * What one browser holds of a window that is read again and again: each reading is told as what differs from the one
 * before. Rows have ids of their own here, because a reading may be answered by another store than the last.
 */
export class PastRows {
  readonly #grouping: Grouping;
  readonly #bucketMs: number;
  readonly #newSince: (address: string) => Millis | null;
  readonly #deciders = new DeciderDictionary();
  readonly #ids = new Map<string, number>();
  /** What was told of each row that the browser holds; null before the first reading. */
  #held: Map<number, Told> | null = null;
  #lastId = 0;

  constructor(parts: {
    readonly grouping: Grouping;
    readonly bucketMs: number;
    readonly newSince: (address: string) => Millis | null;
  }) {
    this.#grouping = parts.grouping;
    this.#bucketMs = parts.bucketMs;
    this.#newSince = parts.newSince;
  }

  /** One reading, laid out in messages of a few hundred rows, the last of them with `done`. */
  *messages(page: FlowsPage, { now, history }: PastStamp): Generator<Waiting> {
    const before = this.#held;
    const rows = page.groups.map((group, at) => this.#row(group, page, page.sparks?.[at] ?? []));
    this.#held = new Map(rows.map((row) => [row.id, row]));
    this.#forgetIds(this.#held);
    const changed = rows.filter((row) => !isSame(row, before?.get(row.id)));
    const tail = `"gone":[],"total":${page.total},"cursor":"${NO_CURSOR}","now":${now}`;
    const last = Math.max(0, Math.ceil(changed.length / MESSAGE_ROWS) - 1);
    for (let at = 0; at <= last; at++) {
      const part = changed.slice(at * MESSAGE_ROWS, (at + 1) * MESSAGE_ROWS);
      const defs = part.filter(({ id, def }) => before?.get(id)?.def !== def).map(({ def }) => def);
      const head = {
        phase: 'snapshot',
        ...(at === 0 && before === null ? { reset: true } : {}),
        ...(at === last ? { done: true, history } : {}),
        ...(at === last && before !== null ? { ids: [...this.#held.keys()] } : {}),
        deciders: at === 0 ? this.#deciders.takeUnsent() : [],
      };
      const lists = [
        `"defs":[${defs.join()}]`,
        `"rows":[${part.map(({ update }) => update).join()}]`,
        `"sparks":[${part.map(({ spark }) => spark).join()}]`,
      ];
      const body = `${JSON.stringify(head).slice(0, -1)},${lists.join()},${tail}}`;
      yield { body, rows: part.length, cursor: NO_CURSOR };
    }
  }

  #row(group: FlowGroup, page: FlowsPage, counts: readonly number[]): Told {
    const own = { ...group, id: this.#idOf(group) };
    const buckets = (page.to - page.from) / this.#bucketMs;
    const step = Math.max(1, Math.ceil(buckets / SPARK_BUCKETS));
    const curve = { newest: page.to / this.#bucketMs - step, recent: counts.at(-1) ?? 0, counts };
    const newSince = this.#newSince(group.key.dest.address);
    return {
      id: own.id,
      def: JSON.stringify(encodeDef(own, this.#grouping, newSince)),
      update: JSON.stringify(encodeRow(own, curve, this.#bucketMs, this.#deciders)),
      spark: JSON.stringify([own.id, ...counts]),
    };
  }

  #idOf(group: FlowGroup): number {
    const name = JSON.stringify(this.#grouping === 'flow' ? group.flows[0]?.key : group.key);
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = ++this.#lastId;
      this.#ids.set(name, id);
    }
    return id;
  }

  #forgetIds(held: ReadonlyMap<number, Told>): void {
    if (this.#ids.size <= MOST_IDS) return;
    for (const [name, id] of this.#ids) if (!held.has(id)) this.#ids.delete(name);
  }
}

function isSame(row: Told, told: Told | undefined): boolean {
  return row.def === told?.def && row.update === told.update && row.spark === told.spark;
}
