import type { Counters } from './counters.js';
import type { Endpoint } from './endpoint.js';
import type { Evidence } from './evidence.js';
import type { Labels } from './labels.js';
import type { PolicyTrace } from './policy-hit.js';
import type { Millis } from './time.js';
import type { Verdict } from './verdict.js';

/** Which end's node saw the flow; `fwd` is a node that merely forwarded it. */
export type Reporter = 'src' | 'dst' | 'fwd';

export const REPORTERS: readonly Reporter[] = ['src', 'dst', 'fwd'];

/** The service a connection was made to, before its address was translated. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly portName: string;
  /** 0 when unknown or several. */
  readonly port: number;
}

/** Who → whom, how, and what policy said: two records with equal keys are the same flow. */
export interface FlowKey {
  readonly source: Endpoint;
  readonly dest: Endpoint;
  /** 0 for protocols without ports. */
  readonly port: number;
  /** Lower case: `tcp`, `udp`, `icmp`, … or a number. */
  readonly protocol: string;
  readonly service: Service | null;
  readonly reporter: Reporter;
  readonly verdict: Verdict;
  readonly trace: PolicyTrace;
}

/**
 * Where a store keeps a key. Whoever knows a key again by other means hands the same place along with it, and the store
 * finds it without a look. Only stores write it.
 */
export interface KeyPlace {
  /** The store that wrote it last. */
  owner: object | null;
  index: number;
  /** How often the index had been given to a key by then. */
  generation: number;
}

/** One report by one node agent about one kind of connection over an interval. */
export interface FlowRecord {
  readonly key: FlowKey;
  readonly start: Millis;
  readonly end: Millis;
  readonly counters: Counters;
  readonly sourceLabels: Labels;
  readonly destLabels: Labels;
  readonly evidence: Evidence;
  readonly place?: KeyPlace;
}

/** Records of one key merged over a window. */
export interface Flow {
  /** Stable while the store holds any of the flow; never reused before a restart. */
  readonly id: number;
  readonly key: FlowKey;
  readonly counters: Counters;
  readonly sourceLabels: Labels;
  readonly destLabels: Labels;
  /** Of everything the store still knows of the flow, whatever the window. */
  readonly evidence: Evidence;
  /** When the first record that the store still knows of began. */
  readonly firstSeen: Millis;
  /** When the last record in the window ended. */
  readonly lastSeen: Millis;
}
