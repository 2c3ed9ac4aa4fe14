import type { HandOverMark, HandOverPart } from './flow-history.js';
import type { LateLog } from './late-log.js';
import { PartBuilder } from './part-builder.js';
import type { RingParts } from './ring-parts.js';
import { RowWriter } from './row-writer.js';
import { NONE } from './slot-pool.js';
import type { Unhanded } from './unhanded.js';

/** What one hand-over is to hand over, as it was fixed. */
export interface HandOverContent {
  readonly log: LateLog;
  /** Keys of which more is known than was said. */
  readonly changed: readonly number[];
  readonly buckets: readonly number[];
  readonly mark: HandOverMark;
  readonly put: (part: HandOverPart) => void;
}

/**
 * One hand-over: in steps, and at any time for what is about to change. Facts go before evidence, so that the history
 * knows every flow that evidence is of.
 */
export class HandOver {
  readonly log: LateLog;
  readonly #ring: RingParts;
  readonly #unhanded: Unhanded;
  readonly #content: HandOverContent;
  readonly #part = new PartBuilder();
  readonly #writer: RowWriter;

  constructor(ring: RingParts, unhanded: Unhanded, content: HandOverContent) {
    this.log = content.log;
    this.#ring = ring;
    this.#unhanded = unhanded;
    this.#content = content;
    this.#writer = new RowWriter(ring, this.#part, unhanded.names);
  }

  /** Goes through everything; ends early when the ring has forgotten it meanwhile. */
  *steps(): Generator<void> {
    for (const bucket of this.#content.buckets) {
      for (const slot of this.#unhanded.slotsOf(bucket)) {
        if (slot !== NONE) {
          this.visitSlot(slot);
          continue;
        }
        yield;
        if (!this.#unhanded.isCurrent(this)) return;
      }
    }
    for (const _ of this.#others()) {
      yield;
      if (!this.#unhanded.isCurrent(this)) return;
    }
    this.#content.put(this.#part.take(this.#content.mark));
    this.#unhanded.end(this);
  }

  /** Hands over a slot now, unless that was done. */
  visitSlot(slot: number): void {
    const { slots } = this.#ring;
    if (slots.isHanded(slot)) return;
    this.#writer.slot(slot);
    slots.markHanded(slot);
    this.#flush();
  }

  /** Hands over what is new of a key. */
  writeKey(key: number, earlier: boolean): void {
    this.#writer.evidence(key);
    this.#ring.evidence.markHanded(this.#ring.evidenceOf(key));
    if (earlier) this.#writer.earlier(key);
    this.#flush();
  }

  *#others(): Generator<void> {
    const { step } = this.#unhanded;
    const { log, changed, mark } = this.#content;
    for (let row = 0; row < log.rows.length; row++) {
      if (row % step === step - 1) yield;
      if (log.rows.bucket(row) > mark.bucket) continue;
      this.#writer.logRow(log, row);
      this.#unhanded.releaseLabels(log, row);
      this.#flush();
    }
    for (let number = 0; number < log.flows.length; number++) {
      if (number % step === step - 1) yield;
      this.#writer.logEvidence(log, number);
      this.#flush();
    }
    for (let at = 0; at < changed.length; at++) {
      if (at % step === step - 1) yield;
      this.#unhanded.visitKey(changed[at] as number);
    }
  }

  #flush(): void {
    if (this.#part.isFull) this.#content.put(this.#part.take(null));
  }
}
