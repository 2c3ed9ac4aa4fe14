import type { FlowGroup } from '@vibrissa/model';
import type { ObservedPair } from './verdict-change.js';

/** What was seen of something, summed over lines. */
export interface Seen {
  readonly lines: number;
  readonly connections: number;
  readonly bytes: number;
  /** ms since the epoch; infinite when nothing was seen. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Bits: 1 the source reported, 2 the destination. */
  readonly reporters: number;
}

export const NOTHING_SEEN: Seen = Object.freeze({
  lines: 0,
  connections: 0,
  bytes: 0,
  firstSeen: Number.POSITIVE_INFINITY,
  lastSeen: 0,
  reporters: 0,
});

export function addSeen(a: Seen, b: Seen): Seen {
  return {
    lines: a.lines + b.lines,
    connections: a.connections + b.connections,
    bytes: a.bytes + b.bytes,
    firstSeen: Math.min(a.firstSeen, b.firstSeen),
    lastSeen: Math.max(a.lastSeen, b.lastSeen),
    reporters: a.reporters | b.reporters,
  };
}

export function seenOf({ traffic, firstSeen, lastSeen, flows }: FlowGroup): Seen {
  let reporters = 0;
  for (const { key } of flows) {
    if (key.reporter === 'src') reporters |= 1;
    else if (key.reporter === 'dst') reporters |= 2;
  }
  return {
    lines: 1,
    connections: traffic.connectionsStarted ?? 0,
    bytes: (traffic.bytesSent ?? 0) + (traffic.bytesReceived ?? 0),
    firstSeen,
    lastSeen,
    reporters,
  };
}

/** What was seen over one protocol. */
export interface ProtocolTraffic {
  seen: Seen;
  /** When each port was first seen; port 0 for a protocol without. */
  readonly ports: Map<number, number>;
}

/** All that was learned of one far end of a workload. */
export class PeerTraffic {
  readonly protocols = new Map<string, ProtocolTraffic>();
  /** Outside the cluster: each that was reported. */
  readonly addresses = new Set<string>();
  /** True when some of its addresses were not reported or not kept. */
  hasMoreAddresses = false;
  readonly dnsNames = new Set<string>();

  /** `example` is a connection of it. */
  constructor(readonly example: ObservedPair) {}

  add(protocol: string, port: number, seen: Seen): void {
    const known = this.protocols.get(protocol);
    if (known === undefined) {
      this.protocols.set(protocol, { seen, ports: new Map([[port, seen.firstSeen]]) });
      return;
    }
    known.seen = addSeen(known.seen, seen);
    known.ports.set(port, Math.min(known.ports.get(port) ?? seen.firstSeen, seen.firstSeen));
  }

  absorb(other: PeerTraffic): void {
    for (const [protocol, { seen, ports }] of other.protocols) {
      const known = this.protocols.get(protocol);
      if (known === undefined) {
        this.protocols.set(protocol, { seen, ports: new Map(ports) });
        continue;
      }
      known.seen = addSeen(known.seen, seen);
      for (const [port, first] of ports)
        known.ports.set(port, Math.min(known.ports.get(port) ?? first, first));
    }
    for (const address of other.addresses) this.addresses.add(address);
    for (const name of other.dnsNames) this.dnsNames.add(name);
    this.hasMoreAddresses ||= other.hasMoreAddresses;
  }
}
