import type { Millis } from '@vibrissa/model';
import type { EvidenceColumns, FactColumns, HandOverPart, KeyNaming, KnownKey } from '../flow-history.js';
import { PagedWords } from '../paged.js';
import type { AppendColumn } from './append-columns.js';
import type { HistoryKeys } from './history-keys.js';

/** What counts of connections are capped at, as in the ring: the largest number of a column that is not kept free. */
const MOST_COUNT = 2 ** 32 - 2;

/** Columns to append, and how many rows they have. */
export interface Rows {
  readonly length: number;
  readonly columns: readonly AppendColumn[];
}

export interface PartRows {
  readonly facts: Rows;
  readonly evidence: Rows;
  /** Keys that the history had seen earlier than the part says. */
  readonly known: readonly KnownKey[];
}

/** Gives the ring's numbers their meaning: the ring names a number again when it stands for something else. */
export class PartReader {
  readonly #keys: HistoryKeys;
  readonly #bucketMs: number;
  readonly #keyIds = new PagedWords(1);
  readonly #labelIds = new PagedWords(1);
  #keyBound = 0;
  #labelBound = 1;

  constructor(keys: HistoryKeys, bucketMs: number) {
    this.#keys = keys;
    this.#bucketMs = bucketMs;
    this.#labelIds.reserve(0);
  }

  /** Takes over what a part names, and lays out its rows in the numbers of the file; without those of unnamed keys. */
  read(part: HandOverPart): PartRows {
    const known: KnownKey[] = [];
    for (const naming of part.keys) {
      const { index, generation } = naming;
      const firstSeen = this.#name(naming);
      if (generation !== undefined && firstSeen < naming.firstSeen)
        known.push({ index, generation, firstSeen });
    }
    for (const { index, labels } of part.labels) {
      this.#labelIds.reserve(index);
      this.#labelIds.set(index, 0, this.#keys.nameLabels(labels));
      this.#labelBound = Math.max(this.#labelBound, index + 1);
    }
    for (const { key, firstSeen } of part.earlier) {
      const id = this.#keyId(key);
      if (id !== 0) this.#keys.lower(id, firstSeen);
    }
    const facts = this.#facts(part.facts);
    const evidence = this.#evidence(part.evidence);
    return { facts, evidence, known };
  }

  /** Takes over a name; returns when its key was first seen. */
  #name({ index, key, firstSeen }: KeyNaming): Millis {
    const id = this.#keys.nameKey(key, firstSeen);
    this.#keyIds.reserve(index);
    this.#keyIds.set(index, 0, id);
    this.#keyBound = Math.max(this.#keyBound, index + 1);
    return this.#keys.firstSeen(id);
  }

  #keyId(index: number): number {
    return index < this.#keyBound ? this.#keyIds.get(index, 0) : 0;
  }

  #labelId(index: number): number {
    return index < this.#labelBound ? this.#labelIds.get(index, 0) : 0;
  }

  #facts(facts: FactColumns): Rows {
    const { length } = facts;
    const bucket = new Uint32Array(length);
    const series = new Uint32Array(length);
    const end = new Uint32Array(length);
    const counters = facts.counters.map(() => new Float64Array(length));
    let rows = 0;
    for (let at = 0; at < length; at++) {
      const key = this.#keyId(facts.key[at] as number);
      if (key === 0) continue;
      const sourceLabels = this.#labelId(facts.sourceLabels[at] as number);
      const destLabels = this.#labelId(facts.destLabels[at] as number);
      const number = facts.bucket[at] as number;
      bucket[rows] = number;
      series[rows] = this.#keys.nameSeries(key, sourceLabels, destLabels);
      const past = (facts.end[at] as number) - number * this.#bucketMs;
      end[rows] = Math.max(0, Math.min(MOST_COUNT, past));
      for (let counter = 0; counter < counters.length; counter++) {
        const value = facts.counters[counter]?.[at] as number;
        (counters[counter] as Float64Array)[rows] = counter < 4 ? value : Math.min(MOST_COUNT, value);
      }
      rows++;
    }
    return {
      length: rows,
      columns: [
        { type: 'words', values: bucket },
        { type: 'words', values: series },
        ...counters.map((values, at): AppendColumn => ({ type: at < 4 ? 'floats' : 'words', values })),
        { type: 'words', values: end },
      ],
    };
  }

  #evidence(evidence: EvidenceColumns): Rows {
    const { length } = evidence;
    const keys = new Uint32Array(length);
    const kinds = new Uint8Array(length);
    const values = new Uint32Array(length);
    const mentions = new Float64Array(length);
    let rows = 0;
    for (let at = 0; at < length; at++) {
      const key = this.#keyId(evidence.key[at] as number);
      if (key === 0) continue;
      keys[rows] = key;
      kinds[rows] = evidence.kind[at] as number;
      values[rows] = this.#keys.nameText(evidence.value[at] as string);
      mentions[rows] = evidence.mentions[at] as number;
      rows++;
    }
    return {
      length: rows,
      columns: [
        { type: 'words', values: keys },
        { type: 'bytes', values: kinds },
        { type: 'words', values: values },
        { type: 'floats', values: mentions },
      ],
    };
  }
}
