import { COUNTER_NAMES, type FlowRecord, millis } from '@vibrissa/model';
import type { EvidenceColumns, HandOverMark, HandOverPart, KeyNaming, LabelsNaming } from '@vibrissa/store';
import type { Cluster } from './cluster.js';

const NO_EVIDENCE: EvidenceColumns = {
  length: 0,
  key: new Uint32Array(0),
  kind: new Uint8Array(0),
  value: [],
  mentions: new Float64Array(0),
};

/**
 * Lays out what a ring would hand over: numbered flows of a cluster, each named the first time it comes, with
 * counters that differ from bucket to bucket as real ones do.
 */
export class FactParts {
  readonly #cluster: Cluster;
  readonly #bucketMs: number;
  readonly #named = new Set<number>();
  readonly #labels = new Map<string, number>();
  #seed = 1;

  constructor(cluster: Cluster, bucketMs: number) {
    this.#cluster = cluster;
    this.#bucketMs = bucketMs;
  }

  /** A part with these flows, each in the bucket at its place. */
  part(flows: readonly number[], buckets: readonly number[], mark: HandOverMark | null): HandOverPart {
    const keys: KeyNaming[] = [];
    const labels: LabelsNaming[] = [];
    const { length } = flows;
    const facts = {
      length,
      key: Uint32Array.from(flows),
      bucket: Uint32Array.from(buckets),
      sourceLabels: new Uint32Array(length),
      destLabels: new Uint32Array(length),
      end: new Float64Array(length),
      counters: COUNTER_NAMES.map(() => new Float64Array(length)),
    };
    for (const [at, flow] of flows.entries()) {
      const bucket = buckets[at] ?? 0;
      const record = this.#record(flow, bucket);
      if (!this.#named.has(flow)) {
        this.#named.add(flow);
        keys.push({ index: flow, key: record.key, firstSeen: millis(bucket * this.#bucketMs) });
      }
      facts.sourceLabels[at] = this.#labelsOf(record.sourceLabels, labels);
      facts.destLabels[at] = this.#labelsOf(record.destLabels, labels);
      facts.end[at] =
        bucket * this.#bucketMs + (this.#random() < 0.7 ? this.#bucketMs : this.#upTo(this.#bucketMs));
      this.#count(facts.counters, at);
    }
    return { keys, labels, facts, evidence: NO_EVIDENCE, earlier: [], mark };
  }

  #records = new Map<number, FlowRecord>();

  #record(flow: number, bucket: number): FlowRecord {
    const known = this.#records.get(flow);
    if (known !== undefined) return known;
    const record = this.#cluster.record(flow, bucket * this.#bucketMs);
    this.#records.set(flow, record);
    return record;
  }

  #labelsOf(labels: readonly string[] | null, naming: LabelsNaming[]): number {
    if (labels === null) return 0;
    const text = labels.join('\n');
    const known = this.#labels.get(text);
    if (known !== undefined) return known;
    const index = this.#labels.size + 1;
    this.#labels.set(text, index);
    naming.push({ index, labels });
    return index;
  }

  #count(counters: readonly Float64Array[], at: number): void {
    const packetsIn = 1 + this.#upTo(200);
    const packetsOut = this.#upTo(packetsIn * 1.5);
    const values = [
      packetsIn,
      packetsOut,
      packetsIn * (60 + this.#upTo(900)),
      packetsOut * (60 + this.#upTo(900)),
      this.#upTo(5),
      this.#upTo(5),
      this.#upTo(3),
    ];
    for (const [name, value] of values.entries()) (counters[name] as Float64Array)[at] = value;
  }

  #upTo(most: number): number {
    return Math.floor(this.#random() * most);
  }

  /** The same figures on every run: a linear congruential generator (Numerical Recipes' constants). */
  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 32;
  }
}
