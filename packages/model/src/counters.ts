/**
 * What a flow moved. Packets and bytes are seen from the reporter: `in` is what reached it.
 * `null` is unknown, which is not zero: Hubble, say, counts no bytes.
 */
export interface Counters {
  readonly packetsIn: number | null;
  readonly packetsOut: number | null;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
  readonly connectionsStarted: number | null;
  readonly connectionsCompleted: number | null;
  readonly connectionsLive: number | null;
}

export const COUNTER_NAMES = [
  'packetsIn',
  'packetsOut',
  'bytesIn',
  'bytesOut',
  'connectionsStarted',
  'connectionsCompleted',
  'connectionsLive',
] as const satisfies readonly (keyof Counters)[];

export type CounterName = (typeof COUNTER_NAMES)[number];

export const UNKNOWN_COUNTERS: Counters = Object.freeze({
  packetsIn: null,
  packetsOut: null,
  bytesIn: null,
  bytesOut: null,
  connectionsStarted: null,
  connectionsCompleted: null,
  connectionsLive: null,
});

/** The sum, where unknown adds nothing; unknown only when both are. */
export function addCount(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : a + b;
}

/** Adds counter by counter, as Goldmane does over a window. */
export function addCounters(a: Counters, b: Counters): Counters {
  return {
    packetsIn: addCount(a.packetsIn, b.packetsIn),
    packetsOut: addCount(a.packetsOut, b.packetsOut),
    bytesIn: addCount(a.bytesIn, b.bytesIn),
    bytesOut: addCount(a.bytesOut, b.bytesOut),
    connectionsStarted: addCount(a.connectionsStarted, b.connectionsStarted),
    connectionsCompleted: addCount(a.connectionsCompleted, b.connectionsCompleted),
    connectionsLive: addCount(a.connectionsLive, b.connectionsLive),
  };
}
