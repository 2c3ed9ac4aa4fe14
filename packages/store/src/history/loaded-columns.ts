import {
  type Evidence,
  type FlowKey,
  type FlowRecord,
  type KeyPlace,
  type Labels,
  type Millis,
  millis,
  NO_EVIDENCE,
} from '@vibrissa/model';
import type { LoadedFlow, LoadedPart } from '../flow-history.js';

/** Flows of some thousand records as columns: cheap to hand to another thread, where `loadedPart` lays them out. */
export interface LoadedColumns {
  readonly bucketMs: number;
  readonly keys: readonly LoadedKey[];
  /** By number of a label set in this piece. */
  readonly labels: readonly Labels[];
  /** A record each, in the order of the keys. */
  readonly bucket: Uint32Array<ArrayBuffer>;
  readonly end: Uint32Array<ArrayBuffer>;
  readonly sourceLabels: Uint32Array<ArrayBuffer>;
  readonly destLabels: Uint32Array<ArrayBuffer>;
  /** In the order of COUNTER_NAMES; NaN is unknown. */
  readonly counters: readonly Float64Array<ArrayBuffer>[];
}

export interface LoadedKey {
  readonly key: FlowKey;
  readonly firstSeen: Millis;
  readonly evidence: Evidence;
  /** How many records it has. */
  readonly records: number;
}

/** The buffers of a piece, to be handed on instead of copied. */
export function buffersOf(piece: LoadedColumns): ArrayBuffer[] {
  const { bucket, end, sourceLabels, destLabels, counters } = piece;
  return [bucket, end, sourceLabels, destLabels, ...counters].map(({ buffer }) => buffer);
}

/** The piece as flows. */
export function loadedPart(piece: LoadedColumns): LoadedPart {
  const flows: LoadedFlow[] = [];
  let row = 0;
  for (const { key, firstSeen, evidence, records } of piece.keys) {
    const place: KeyPlace = { owner: null, index: 0, generation: 0 };
    const list: FlowRecord[] = [];
    for (const end = row + records; row < end; row++)
      list.push(recordAt(piece, row, key, place, list.length === 0 ? evidence : NO_EVIDENCE));
    flows.push({ key, firstSeen, records: list });
  }
  return { flows };
}

function recordAt(
  { bucketMs, bucket, end, sourceLabels, destLabels, labels, counters }: LoadedColumns,
  row: number,
  key: FlowKey,
  place: KeyPlace,
  evidence: Evidence,
): FlowRecord {
  const start = (bucket[row] as number) * bucketMs;
  return {
    key,
    start: millis(start),
    end: millis(start + (end[row] as number)),
    counters: {
      packetsIn: count(counters[0], row),
      packetsOut: count(counters[1], row),
      bytesIn: count(counters[2], row),
      bytesOut: count(counters[3], row),
      connectionsStarted: count(counters[4], row),
      connectionsCompleted: count(counters[5], row),
      connectionsLive: count(counters[6], row),
    },
    sourceLabels: labels[sourceLabels[row] as number] ?? null,
    destLabels: labels[destLabels[row] as number] ?? null,
    evidence,
    place,
  };
}

function count(column: Float64Array | undefined, row: number): number | null {
  const value = column?.[row] as number;
  return Number.isNaN(value) ? null : value;
}
