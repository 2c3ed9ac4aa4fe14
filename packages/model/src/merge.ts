import { addCounters } from './counters.js';
import { mergeEvidence } from './evidence.js';
import type { Flow, FlowRecord } from './flow.js';
import { intersectLabels } from './labels.js';
import { millis } from './time.js';

/** What is merged when two reports or flows have the same key. */
export type Mergeable = Omit<Flow, 'id' | 'key'>;

/** A record as the smallest flow: itself. */
export function fromRecord(record: FlowRecord): Mergeable {
  return {
    counters: record.counters,
    sourceLabels: record.sourceLabels,
    destLabels: record.destLabels,
    evidence: record.evidence,
    firstSeen: record.start,
    lastSeen: record.end,
  };
}

/** Counters add, labels intersect, evidence is capped, times widen. Associative and commutative. */
export function mergeFlows(a: Mergeable, b: Mergeable): Mergeable {
  return {
    counters: addCounters(a.counters, b.counters),
    sourceLabels: intersectLabels(a.sourceLabels, b.sourceLabels),
    destLabels: intersectLabels(a.destLabels, b.destLabels),
    evidence: mergeEvidence(a.evidence, b.evidence),
    firstSeen: millis(Math.min(a.firstSeen, b.firstSeen)),
    lastSeen: millis(Math.max(a.lastSeen, b.lastSeen)),
  };
}
