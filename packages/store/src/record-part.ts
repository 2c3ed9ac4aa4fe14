import { COUNTER_NAMES, EVIDENCE_NAMES, type FlowRecord, type Labels, leftOut } from '@vibrissa/model';
import type { HandOverMark, HandOverPart, KeyNaming, LabelsNaming } from './flow-history.js';

/** Makes a hand-over part of records, whose names are numbered anew in each part. */
export class RecordPart {
  readonly #keys: KeyNaming[] = [];
  readonly #keyIndex = new Map<string, number>();
  readonly #labels: LabelsNaming[] = [];
  readonly #labelsIndex = new Map<string, number>();
  readonly #facts: { readonly key: number; readonly bucket: number; readonly record: FlowRecord }[] = [];
  readonly #evidence: {
    readonly key: number;
    readonly kind: number;
    readonly value: string;
    readonly mentions: number;
  }[] = [];
  readonly #earlier = new Map<number, FlowRecord['start']>();

  /** Takes a record into a bucket, by its number. */
  add(record: FlowRecord, bucket: number): void {
    const key = this.#keyOf(record);
    this.#facts.push({ key, bucket, record });
    for (const [kind, name] of EVIDENCE_NAMES.entries()) {
      const tally = record.evidence[name];
      for (const [value, mentions] of tally.kept) this.#evidence.push({ key, kind, value, mentions });
      const mentions = leftOut(tally);
      if (mentions > 0) this.#evidence.push({ key, kind, value: '', mentions });
    }
  }

  finish(mark: HandOverMark | null): HandOverPart {
    const facts = this.#facts;
    const evidence = this.#evidence;
    return {
      keys: this.#keys,
      labels: this.#labels,
      facts: {
        length: facts.length,
        key: Uint32Array.from(facts, ({ key }) => key),
        bucket: Uint32Array.from(facts, ({ bucket }) => bucket),
        sourceLabels: Uint32Array.from(facts, ({ record }) => this.#labelsOf(record.sourceLabels)),
        destLabels: Uint32Array.from(facts, ({ record }) => this.#labelsOf(record.destLabels)),
        end: Float64Array.from(facts, ({ record }) => record.end),
        counters: COUNTER_NAMES.map((name) =>
          Float64Array.from(facts, ({ record }) => record.counters[name] ?? Number.NaN),
        ),
      },
      evidence: {
        length: evidence.length,
        key: Uint32Array.from(evidence, ({ key }) => key),
        kind: Uint8Array.from(evidence, ({ kind }) => kind),
        value: evidence.map(({ value }) => value),
        mentions: Float64Array.from(evidence, ({ mentions }) => mentions),
      },
      earlier: [...this.#earlier].map(([key, firstSeen]) => ({ key, firstSeen })),
      mark,
    };
  }

  #keyOf({ key, start }: FlowRecord): number {
    const text = JSON.stringify(key);
    const known = this.#keyIndex.get(text);
    if (known === undefined) {
      const index = this.#keys.length;
      this.#keyIndex.set(text, index);
      this.#keys.push({ index, key, firstSeen: start });
      return index;
    }
    const firstSeen = this.#earlier.get(known) ?? this.#keys[known]?.firstSeen ?? start;
    if (start < firstSeen) this.#earlier.set(known, start);
    return known;
  }

  #labelsOf(labels: Labels): number {
    if (labels === null) return 0;
    const text = JSON.stringify(labels);
    const known = this.#labelsIndex.get(text);
    if (known !== undefined) return known;
    const index = this.#labels.length + 1;
    this.#labelsIndex.set(text, index);
    this.#labels.push({ index, labels });
    return index;
  }
}
