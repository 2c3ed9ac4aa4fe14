import { addCount, type Traffic } from '@vibrissa/model';
import { TOP_MEASURES, type TopMeasure } from './flow-store.js';

/** What connections moved, unknown as none; `flows` counts the connections themselves. */
export type Measures = Record<TopMeasure, number>;

export function noMeasures(): Measures {
  return { flows: 0, bytes: 0, packets: 0, connections: 0, denied: 0 };
}

/** What one connection counts for. */
export function measuresOf(traffic: Traffic): Measures {
  return {
    flows: 1,
    bytes: addCount(traffic.bytesSent, traffic.bytesReceived) ?? 0,
    packets: addCount(traffic.packetsSent, traffic.packetsReceived) ?? 0,
    connections: traffic.connectionsStarted ?? 0,
    denied: traffic.connectionsDenied ?? 0,
  };
}

export function addMeasures(to: Measures, more: Readonly<Measures>): void {
  for (const name of TOP_MEASURES) to[name] += more[name];
}
