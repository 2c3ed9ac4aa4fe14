import type { FlowKey, Millis } from '@vibrissa/model';
import { FactRows } from './fact-rows.js';
import type { HandOverMark, HandOverPart, KeyNaming, LabelsNaming } from './flow-history.js';

/** What a part holds at most, so that neither side is held up by one: names and texts, and rows of facts. */
const MOST_NAMES = 5_000;
const MOST_TEXTS = 20_000;
const MOST_FACTS = 50_000;

/** Collects a part of a hand-over. */
export class PartBuilder {
  readonly facts = new FactRows();
  #keys: KeyNaming[] = [];
  #labels: LabelsNaming[] = [];
  #earlier: { key: number; firstSeen: Millis }[] = [];
  #evidenceKeys: number[] = [];
  #kinds: number[] = [];
  #values: string[] = [];
  #mentions: number[] = [];

  nameKey(index: number, key: FlowKey, firstSeen: Millis, generation?: number): void {
    this.#keys.push(
      generation === undefined ? { index, key, firstSeen } : { index, key, firstSeen, generation },
    );
  }

  nameLabels(index: number, labels: readonly string[]): void {
    this.#labels.push({ index, labels });
  }

  addEarlier(key: number, firstSeen: Millis): void {
    this.#earlier.push({ key, firstSeen });
  }

  addEvidence(key: number, kind: number, value: string, mentions: number): void {
    this.#evidenceKeys.push(key);
    this.#kinds.push(kind);
    this.#values.push(value);
    this.#mentions.push(mentions);
  }

  /** Whether a part of this size is to go before more is added. */
  get isFull(): boolean {
    return (
      this.facts.length >= MOST_FACTS ||
      this.#keys.length + this.#labels.length >= MOST_NAMES ||
      this.#values.length + this.#earlier.length >= MOST_TEXTS
    );
  }

  /** The part, and begins a new one. */
  take(mark: HandOverMark | null): HandOverPart {
    const part: HandOverPart = {
      keys: this.#keys,
      labels: this.#labels,
      facts: this.facts.columns(),
      evidence: {
        length: this.#values.length,
        key: new Uint32Array(this.#evidenceKeys),
        kind: new Uint8Array(this.#kinds),
        value: this.#values,
        mentions: new Float64Array(this.#mentions),
      },
      earlier: this.#earlier,
      mark,
    };
    this.facts.clear();
    this.#keys = [];
    this.#labels = [];
    this.#earlier = [];
    this.#evidenceKeys = [];
    this.#kinds = [];
    this.#values = [];
    this.#mentions = [];
    return part;
  }
}
