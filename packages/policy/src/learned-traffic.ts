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

/** The same, while it grows. */
class Count implements Seen {
  lines = 0;
  connections = 0;
  bytes = 0;
  firstSeen = Number.POSITIVE_INFINITY;
  lastSeen = 0;
  reporters = 0;

  addLine({ traffic, firstSeen, lastSeen, flows }: FlowGroup): void {
    this.lines += 1;
    this.connections += traffic.connectionsStarted ?? 0;
    this.bytes += (traffic.bytesSent ?? 0) + (traffic.bytesReceived ?? 0);
    if (firstSeen < this.firstSeen) this.firstSeen = firstSeen;
    if (lastSeen > this.lastSeen) this.lastSeen = lastSeen;
    for (const { key } of flows) {
      if (key.reporter === 'src') this.reporters |= 1;
      else if (key.reporter === 'dst') this.reporters |= 2;
    }
  }

  addAll(other: Seen): void {
    Object.assign(this, addSeen(this, other));
  }
}

/** What was seen over one protocol. */
export interface ProtocolTraffic {
  readonly seen: Seen;
  /** When each port was first seen; port 0 for a protocol without. */
  readonly ports: Map<number, number>;
}

/** All that was learned of one far end of a workload. */
export class PeerTraffic {
  readonly protocols = new Map<string, ProtocolTraffic & { readonly seen: Count }>();
  /** Outside the cluster: each that was reported. */
  readonly addresses = new Set<string>();
  /** True when some of its addresses were not reported or not kept. */
  hasMoreAddresses = false;
  readonly dnsNames = new Set<string>();
  /** A connection of it. */
  readonly example: ObservedPair;

  constructor({ source, dest, port, protocol }: ObservedPair) {
    this.example = { source, dest, port, protocol };
  }

  add(protocol: string, port: number, line: FlowGroup): void {
    const { seen, ports } = this.over(protocol);
    seen.addLine(line);
    const first = ports.get(port);
    if (first === undefined || line.firstSeen < first) ports.set(port, line.firstSeen);
  }

  private over(protocol: string): ProtocolTraffic & { readonly seen: Count } {
    let known = this.protocols.get(protocol);
    if (known === undefined) {
      known = { seen: new Count(), ports: new Map() };
      this.protocols.set(protocol, known);
    }
    return known;
  }

  absorb(other: PeerTraffic): void {
    for (const [protocol, { seen, ports }] of other.protocols) {
      const known = this.over(protocol);
      known.seen.addAll(seen);
      for (const [port, first] of ports)
        known.ports.set(port, Math.min(known.ports.get(port) ?? first, first));
    }
    for (const address of other.addresses) this.addresses.add(address);
    for (const name of other.dnsNames) this.dnsNames.add(name);
    this.hasMoreAddresses ||= other.hasMoreAddresses;
  }
}
