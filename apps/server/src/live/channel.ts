import {
  compileFilter,
  type Filter,
  type FlowGroup,
  type Grouping,
  type Millis,
  millis,
  parseFilter,
  printFilter,
} from '@vibrissa/model';
import type { RowDef, RowUpdate } from '@vibrissa/protocol/messages';
import type { HotRing } from '@vibrissa/store';
import { DeciderDictionary, encodeDef, encodeRow, type Spark } from './encode-rows.js';
import type { Subscriber } from './subscriber.js';

/** What a subscription watches. */
export interface Watch {
  readonly filter: string;
  readonly grouping: Grouping;
  /** Negative slides with now (ms), positive is absolute, 0 is the oldest held. */
  readonly since: number;
}

/** What a cursor stands for: a version of the ring and the bucket that was being filled. */
export interface Cursor {
  readonly version: number;
  readonly head: number;
}

/** What every reader of a message needs to know. */
export interface Stamp {
  readonly cursor: string;
  readonly now: Millis;
}

/**
 * Everyone who watches the same thing: the filter is evaluated once, and a change is laid out once, however
 * many read it.
 */
export class Channel {
  readonly filter: Filter;
  readonly grouping: Grouping;
  readonly since: number;
  readonly deciders = new DeciderDictionary();
  readonly subscribers = new Set<Subscriber>();
  /** What has been published here: changes up to this version, in windows as of this bucket. */
  published: Cursor = { version: 0, head: 0 };
  /** Ids of the rows that match and whose newest change has been published. */
  readonly matched = new Set<number>();
  /** Of the rows that one reader was shown in a snapshot, those whose newest change is still to be published. */
  readonly #ahead = new Set<number>();
  readonly #matches: (group: FlowGroup, now: Millis) => boolean;
  readonly #newSince: (address: string) => Millis | null;
  #defs: RowDef[] = [];
  #rows: RowUpdate[] = [];
  #gone: number[] = [];

  /** Throws FilterSyntaxError. */
  constructor(watch: Watch, newSince: (address: string) => Millis | null) {
    this.filter = parseFilter(watch.filter);
    this.grouping = watch.grouping;
    this.since = watch.since;
    this.#matches = compileFilter(this.filter);
    this.#newSince = newSince;
  }

  /** Equal for watches that see the same rows. Throws FilterSyntaxError. */
  static nameOf({ filter, grouping, since }: Watch): string {
    return JSON.stringify([printFilter(parseFilter(filter)), grouping, since]);
  }

  /** True when rows come to match or cease to as time passes, without a change of theirs. */
  get dependsOnTime(): boolean {
    return mentions(this.filter, new Set(['age', 'seen']));
  }

  /** The window at this moment. */
  from(now: Millis, ring: HotRing): Millis {
    if (this.since === 0) return ring.oldestHeld;
    return this.since < 0 ? millis(now + this.since) : millis(this.since);
  }

  matches(group: FlowGroup, now: Millis): boolean {
    return this.#matches(group, now);
  }

  /** A row changed: `group` as it is now, or null when nothing of it is left in the window. */
  update(id: number, group: FlowGroup | null, spark: () => Spark, now: Millis, bucketMs: number): void {
    if (group !== null && this.#matches(group, now)) {
      if (!this.matched.has(id)) {
        this.matched.add(id);
        this.#defs.push(this.def(group));
      }
      this.#rows.push(encodeRow(group, spark(), bucketMs, this.deciders));
    } else if (this.matched.delete(id) || this.#ahead.has(id)) this.#gone.push(id);
    this.#ahead.delete(id);
  }

  /**
   * A snapshot shows a row to one reader. When the row has a change that is still to be published, the others
   * do not know it yet, and the publishing must tell them what it is.
   */
  shown(id: number, published: boolean): void {
    if (published) this.matched.add(id);
    else this.#ahead.add(id);
  }

  def(group: FlowGroup): RowDef {
    return encodeDef(group, this.grouping, this.#newSince(group.key.dest.address));
  }

  /** Hands what changed since the last call to every subscriber. */
  flush({ cursor, now }: Stamp): void {
    const deciders = this.deciders.takeUnsent();
    const rows = this.#rows.length + this.#gone.length;
    if (rows === 0 && deciders.length === 0) return;
    const body = JSON.stringify({
      phase: 'live',
      defs: this.#defs,
      rows: this.#rows,
      gone: this.#gone,
      deciders,
      total: this.matched.size,
      cursor,
      now,
    });
    this.#defs = [];
    this.#rows = [];
    this.#gone = [];
    for (const subscriber of this.subscribers) subscriber.push({ body, rows, cursor });
  }
}

function mentions(filter: Filter, fields: ReadonlySet<string>): boolean {
  switch (filter.type) {
    case 'clause':
      return fields.has(filter.field);
    case 'not':
      return mentions(filter.node, fields);
    case 'and':
    case 'or':
      return filter.nodes.some((node) => mentions(node, fields));
    default:
      return false;
  }
}
