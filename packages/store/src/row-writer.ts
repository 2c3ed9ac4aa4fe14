import type { LateLog } from './late-log.js';
import type { Names } from './names.js';
import type { PartBuilder } from './part-builder.js';
import type { RingParts } from './ring-parts.js';

/** Writes what the ring holds into parts of a hand-over. */
export class RowWriter {
  readonly #told = new Set<number>();
  readonly #bound: number;

  constructor(
    readonly ring: RingParts,
    readonly part: PartBuilder,
    readonly names: Names,
  ) {
    // Flows that the ring does not have get numbers past all that it has given so far.
    this.#bound = ring.keyBound;
  }

  slot(slot: number): void {
    const { slots } = this.ring;
    const key = slots.key(slot);
    const source = slots.sourceLabels(slot);
    const dest = slots.destLabels(slot);
    if (!this.names.key(this.part, key) || !this.#labels(source, dest)) return;
    const { facts } = this.part;
    const row = facts.add(key, slots.bucket(slot), source, dest, slots.lastEnd(slot));
    slots.copyCounters(slot, facts.counters, row);
  }

  /** One row of the log. */
  logRow(log: LateLog, row: number): void {
    const { rows } = log;
    const key = this.#logFlow(log, rows.key(row));
    if (key < 0 || !this.#labels(rows.sourceLabels(row), rows.destLabels(row))) return;
    this.part.facts.addFrom(rows, row, key);
  }

  /** The evidence that only the log has of a flow. */
  logEvidence(log: LateLog, number: number): void {
    const flow = log.flows[number];
    if (flow === undefined || 'index' in flow) return;
    const key = this.#logFlow(log, number);
    log.evidence.eachUnhanded(flow.evidence, (kind, value, mentions) =>
      this.part.addEvidence(key, kind, value, mentions),
    );
  }

  /** What of the key's evidence has not been handed over. */
  evidence(key: number): void {
    if (!this.names.key(this.part, key)) return;
    this.ring.evidence.eachUnhanded(this.ring.evidenceOf(key), (kind, value, mentions) =>
      this.part.addEvidence(key, kind, value, mentions),
    );
  }

  /** That the key was seen earlier than was said. */
  earlier(key: number): void {
    if (this.names.key(this.part, key)) this.part.addEarlier(key, this.ring.firstSeen(key));
  }

  #logFlow(log: LateLog, number: number): number {
    const flow = log.flows[number];
    if (flow === undefined) return -1;
    if ('index' in flow) return this.names.key(this.part, flow.index) ? flow.index : -1;
    const key = this.#bound + number;
    if (!this.#told.has(number)) {
      this.#told.add(number);
      this.part.nameKey(key, flow.key, flow.firstSeen);
    }
    return key;
  }

  #labels(source: number, dest: number): boolean {
    return this.names.labels(this.part, source) && this.names.labels(this.part, dest);
  }
}
