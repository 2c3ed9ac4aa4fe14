import {
  addCounters,
  type Flow,
  type FlowRecord,
  intersectLabels,
  type Millis,
  millis,
  NO_EVIDENCE,
} from '@vibrissa/model';
import type { HotRing } from '@vibrissa/store';
import { foldedId, goldmaneText, mayHaveTwins, withoutAddresses } from './goldmane-key.js';

/**
 * What Goldmane calls a flow: all that one key of its moved over whole buckets. `start` is the first bucket's
 * start and `end` the last one's end, whatever the moments the records told.
 */
export interface FlowWindow extends FlowRecord {
  /** Stable while the ring holds any of the flow. */
  readonly id: number;
}

/** Whether a flow is asked for; looks at its key alone. */
export type Matches = (flow: Flow) => boolean;

/** The window of one flow over the buckets `first` to `last`, both inclusive. */
export function windowOf(ring: HotRing, flow: Flow, first: number, last: number): FlowWindow {
  return {
    id: mayHaveTwins(flow.key) ? foldedId(goldmaneText(flow.key)) : flow.id,
    key: withoutAddresses(flow.key),
    start: bucketTime(ring, first),
    end: bucketTime(ring, last + 1),
    counters: flow.counters,
    sourceLabels: flow.sourceLabels,
    destLabels: flow.destLabels,
    evidence: NO_EVIDENCE,
  };
}

/** When a bucket begins. */
export function bucketTime(ring: HotRing, bucket: number): Millis {
  return millis(bucket * ring.bucketMs);
}

/** Two windows of one result as one. */
export function joined(a: FlowWindow, b: FlowWindow): FlowWindow {
  return {
    ...a,
    start: millis(Math.min(a.start, b.start)),
    end: millis(Math.max(a.end, b.end)),
    counters: addCounters(a.counters, b.counters),
    sourceLabels: intersectLabels(a.sourceLabels, b.sourceLabels),
    destLabels: intersectLabels(a.destLabels, b.destLabels),
  };
}
