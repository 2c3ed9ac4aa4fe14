import { type FlowKey, type FlowRecord, type Millis, millis } from '@vibrissa/model';
import { EvidencePool } from './evidence-pool.js';
import { FactRows } from './fact-rows.js';
import { Interner } from './interner.js';
import { KeyTables } from './key-tables.js';
import { PagedWords } from './paged.js';
import { NONE } from './slot-pool.js';

/** What a flow is called in the log: the ring's index, or itself when the ring does not have it (any more). */
export type LoggedFlow = { readonly index: number } | LoneFlow;

/** Kind, value and number of mentions. */
export type Mentions = readonly (readonly [kind: number, value: string, mentions: number])[];

export interface LoneFlow {
  readonly key: FlowKey;
  firstSeen: Millis;
  /** Head of its list in the log's own pool of evidence. */
  evidence: number;
}

/**
 * What goes over beside the ring's slots: records of buckets that were handed over already, what the ring had to let
 * go of before its time, and records older than the ring. Rows name flows by small numbers of the log's own, as
 * the ring may let go of a flow before its rows are handed over.
 */
export class LateLog {
  readonly rows = new FactRows();
  /** Evidence of flows that the ring does not have. */
  readonly evidence = new EvidencePool(new Interner<string>('', ''));
  readonly #flows: LoggedFlow[] = [];
  /** By the ring's index: one more than the number here. */
  readonly #numbers = new PagedWords(1);
  #lone: { readonly tables: KeyTables; readonly numbers: number[] } | null = null;

  get flows(): readonly LoggedFlow[] {
    return this.#flows;
  }

  get isEmpty(): boolean {
    return this.#flows.length === 0;
  }

  /** The number of a flow of the ring. */
  numberOf(index: number): number {
    this.#numbers.reserve(index);
    const known = this.#numbers.get(index, 0);
    if (known !== 0) return known - 1;
    this.#flows.push({ index });
    this.#numbers.set(index, 0, this.#flows.length);
    return this.#flows.length - 1;
  }

  /** Adds a record of a flow that the ring does not have. Label ids are those of the ring's tables. */
  addLone(record: FlowRecord, bucket: number, sourceLabels: number, destLabels: number): void {
    const flow = this.#loneNumber(record.key, record.start);
    const lone = this.#flows[flow] as LoneFlow;
    lone.firstSeen = millis(Math.min(lone.firstSeen, record.start));
    lone.evidence = this.evidence.add(lone.evidence, record.evidence);
    this.rows.writeCounters(
      this.rows.add(flow, bucket, sourceLabels, destLabels, record.end),
      record.counters,
    );
  }

  /**
   * The ring lets go of a flow: from now on the log knows it by itself. `mentions` is what of its evidence is to go
   * over with it; a flow that the log has nothing of is passed over unless it has some, or `always`.
   */
  leave(
    index: number,
    flow: () => Pick<LoneFlow, 'key' | 'firstSeen'>,
    mentions: Mentions,
    always: boolean,
  ): void {
    this.#numbers.reserve(index);
    if (this.#numbers.get(index, 0) === 0 && mentions.length === 0 && !always) return;
    const number = this.numberOf(index);
    this.#numbers.set(index, 0, 0);
    const lone: LoneFlow = { ...flow(), evidence: NONE };
    for (const mention of mentions) lone.evidence = this.evidence.mention(lone.evidence, ...mention);
    this.#flows[number] = lone;
  }

  /** Takes over what another log has of buckets past this one. */
  takeNewer(other: LateLog, bucket: number): void {
    const moved = new Map<number, number>();
    for (let row = 0; row < other.rows.length; row++) {
      if (other.rows.bucket(row) <= bucket) continue;
      const from = other.rows.key(row);
      const flow = other.flows[from];
      if (flow === undefined) continue;
      let number = 'index' in flow ? this.numberOf(flow.index) : moved.get(from);
      if (number === undefined) {
        number = this.#flows.length;
        this.#flows.push({ ...flow, evidence: NONE });
      }
      moved.set(from, number);
      this.rows.addFrom(other.rows, row, number);
    }
  }

  #loneNumber(key: FlowKey, firstSeen: Millis): number {
    this.#lone ??= { tables: new KeyTables(), numbers: [] };
    const found = this.#lone.tables.upsert(key);
    if (found >= 0) return this.#lone.numbers[found] as number;
    this.#lone.numbers[-1 - found] = this.#flows.length;
    this.#flows.push({ key, firstSeen, evidence: NONE });
    return this.#flows.length - 1;
  }
}
