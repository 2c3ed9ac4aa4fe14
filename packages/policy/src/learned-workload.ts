import { type FlowGroup, intersectLabels, type Labels, parseIp } from '@vibrissa/model';
import type { FarEnds } from './far-end.js';
import { addressesOf, dnsNamesOf, endLabels, isUnanswered, lastVerdict, sameLabels } from './learned-line.js';
import type { LearnedEnd } from './learned-rules.js';
import { PeerTraffic } from './learned-traffic.js';
import { DIRECTIONS, type Direction } from './policy.js';
import { protocolNumber } from './protocols.js';
import type { LearnOptions } from './recommendation.js';
import type { ObservedPair } from './verdict-change.js';

export interface LeftOut extends ObservedPair {
  lines: number;
  readonly reason: string;
}

/** More than this of what is not covered is counted alone. */
const MOST_LEFT_OUT = 200;

/** All that was seen of one workload. */
export class LearnedWorkload {
  labels: Labels = null;
  readonly names: Set<string>;
  readonly ends: Readonly<Record<Direction, Map<string, LearnedEnd>>> = {
    ingress: new Map(),
    egress: new Map(),
  };
  /** The labels last told of each name: most lines tell the same again. */
  private readonly labelsTold = new Map<string, Labels>();
  private readonly leftOut = new Map<string, LeftOut>();
  /** Lines that are not listed, there being too many. */
  unlisted = 0;
  /** Learned from, though no report told their verdict. */
  untold = 0;
  lines = 0;

  constructor(
    name: string,
    private readonly options: Pick<LearnOptions, 'dialect' | 'includeDenied'>,
    private readonly farEnds: FarEnds,
  ) {
    this.names = new Set([name]);
  }

  /** `direction` is the side of the workload: egress of what it calls. */
  add(line: FlowGroup, direction: Direction): void {
    this.lines += 1;
    const own = direction === 'egress' ? 'source' : 'dest';
    this.tellLabels(line.key[own].name, endLabels(line, own) ?? this.farEnds.known(line.key[own]));
    const reason = this.learn(line, direction);
    if (reason !== null) this.leave(line, reason);
  }

  private tellLabels(name: string, labels: Labels): void {
    const before = this.labelsTold.get(name);
    if (before !== undefined && sameLabels(before, labels)) return;
    this.labelsTold.set(name, labels);
    this.labels = intersectLabels(this.labels, labels);
  }

  /** Null when it was learned from; else why not. */
  private learn(line: FlowGroup, direction: Direction): string | null {
    const { dialect, includeDenied } = this.options;
    const verdict = lastVerdict(line);
    if (verdict === 'deny' && !includeDenied) {
      return 'It was denied; denied connections are learned from only when that is asked for.';
    }
    if (verdict === 'unknown' && isUnanswered(line)) return 'No answer to it was seen.';
    const protocol = protocolOf(line.key.protocol);
    if (protocol === null) return 'Its protocol is not known.';
    if (WITH_PORTS.has(protocol)) {
      if (line.key.port === 0) return 'Its port is not known.';
    } else if (dialect === 'kubernetes') return `A Kubernetes policy cannot name ${protocol}.`;
    const far = this.farEnds.of(line, direction);
    if ('reason' in far) return far.reason;
    const ends = this.ends[direction];
    let end = ends.get(far.id);
    if (end === undefined) {
      end = { far, traffic: new PeerTraffic(line.key) };
      ends.set(far.id, end);
    } else if (far.text < end.far.text) {
      // Of several names for the same labels one is told, whichever was seen first.
      end = { far, traffic: end.traffic };
      ends.set(far.id, end);
    }
    const { traffic } = end;
    traffic.add(protocol, WITH_PORTS.has(protocol) ? line.key.port : 0, line);
    if ('place' in far || far.kind === 'set') tellAddresses(traffic, line, direction);
    if (verdict === 'unknown') this.untold += 1;
    return null;
  }

  private leave({ key }: FlowGroup, reason: string): void {
    const { source, dest, port, protocol } = key;
    this.leaveOut({ source, dest, port, protocol, lines: 1, reason });
  }

  leaveOut(left: LeftOut): void {
    const { source, dest, port, protocol, lines, reason } = left;
    const id = JSON.stringify([source, dest, port, protocol, reason]);
    const known = this.leftOut.get(id);
    if (known !== undefined) known.lines += lines;
    else if (this.leftOut.size < MOST_LEFT_OUT) this.leftOut.set(id, { ...left });
    else this.unlisted += lines;
  }

  /** The most lines first. */
  notCovered(): readonly LeftOut[] {
    return [...this.leftOut]
      .sort(([x, a], [y, b]) => b.lines - a.lines || (x < y ? -1 : 1))
      .map(([, left]) => left);
  }

  /** Takes in another that the same labels select. */
  absorb(other: LearnedWorkload): void {
    for (const name of other.names) this.names.add(name);
    this.labels = intersectLabels(this.labels, other.labels);
    for (const direction of DIRECTIONS) {
      for (const [id, end] of other.ends[direction]) {
        const known = this.ends[direction].get(id);
        if (known === undefined) {
          this.ends[direction].set(id, end);
          continue;
        }
        known.traffic.absorb(end.traffic);
        if (end.far.text < known.far.text) this.ends[direction].set(id, { ...known, far: end.far });
      }
    }
    for (const left of other.leftOut.values()) this.leaveOut(left);
    this.unlisted += other.unlisted;
    this.untold += other.untold;
    this.lines += other.lines;
  }
}

const WITH_PORTS: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp']);
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [58, 'icmpv6'],
  [132, 'sctp'],
  [136, 'udplite'],
]);

/** In one spelling; null for one that no policy can name. */
function protocolOf(text: string): string | null {
  const number = protocolNumber(text);
  return number <= 0 ? null : (NAMES.get(number) ?? String(number));
}

function tellAddresses(traffic: PeerTraffic, line: FlowGroup, direction: Direction): void {
  const { known, isWhole } = addressesOf(line, direction);
  for (const address of known) traffic.addresses.add(address);
  if (!isWhole) traffic.hasMoreAddresses = true;
  if (direction === 'ingress') return;
  const { address } = line.key.dest;
  if (address !== '' && parseIp(address) === null) traffic.dnsNames.add(address);
  for (const name of dnsNamesOf(line)) traffic.dnsNames.add(name);
}
