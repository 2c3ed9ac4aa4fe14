import { COUNTER_NAMES, EVIDENCE_NAMES, type FlowRecord, leftOut, millis } from '@vibrissa/model';
import type { HandOverMark, HandOverPart, KeyNaming, LabelsNaming } from '../flow-history.js';

export const BUCKET_MS = 15_000;

/** A part as the ring would hand over these records, for tests: a fact each. */
export function partOf(records: readonly FlowRecord[], mark: HandOverMark | null = null): HandOverPart {
  const keys = new Map<string, KeyNaming>();
  const labels = new Map<string, LabelsNaming>();
  const labelIndex = (set: readonly string[] | null): number => {
    if (set === null) return 0;
    const text = JSON.stringify(set);
    const known = labels.get(text)?.index ?? labels.size + 1;
    labels.set(text, { index: known, labels: set });
    return known;
  };
  const rows = records.map((record) => {
    const text = JSON.stringify(record.key);
    const known = keys.get(text);
    const firstSeen = Math.min(known?.firstSeen ?? record.start, record.start);
    const index = known?.index ?? keys.size;
    keys.set(text, { index, key: record.key, firstSeen: millis(firstSeen) });
    const bucket = Math.floor(record.start / BUCKET_MS);
    return { record, index, bucket, a: labelIndex(record.sourceLabels), b: labelIndex(record.destLabels) };
  });
  const evidence = rows.flatMap(({ record, index }) =>
    EVIDENCE_NAMES.flatMap((name, kind) => {
      const tally = record.evidence[name];
      const kept = tally.kept.map(([value, mentions]) => ({ index, kind, value, mentions }));
      const others = leftOut(tally);
      return others === 0 ? kept : [...kept, { index, kind, value: '', mentions: others }];
    }),
  );
  return {
    keys: [...keys.values()],
    labels: [...labels.values()],
    facts: {
      length: rows.length,
      key: Uint32Array.from(rows, ({ index }) => index),
      bucket: Uint32Array.from(rows, ({ bucket }) => bucket),
      sourceLabels: Uint32Array.from(rows, ({ a }) => a),
      destLabels: Uint32Array.from(rows, ({ b }) => b),
      end: Float64Array.from(rows, ({ record }) => record.end),
      counters: COUNTER_NAMES.map((name) =>
        Float64Array.from(rows, ({ record }) => record.counters[name] ?? Number.NaN),
      ),
    },
    evidence: {
      length: evidence.length,
      key: Uint32Array.from(evidence, ({ index }) => index),
      kind: Uint8Array.from(evidence, ({ kind }) => kind),
      value: evidence.map(({ value }) => value),
      mentions: Float64Array.from(evidence, ({ mentions }) => mentions),
    },
    earlier: [],
    mark,
  };
}
