import {
  type Counters,
  EMPTY_TALLY,
  type Evidence,
  type FlowKey,
  type FlowRecord,
  millis,
  type PolicyTrace,
  type Reporter,
  tallyOf,
  type Verdict,
} from '@vibrissa/model';
import { evaluateSide, type PolicySet } from '@vibrissa/policy';
import type { Place } from './pod-places.js';
import type { Site, Sites } from './pods.js';
import { hashText, type Random, randomAt } from './random.js';
import type { Pattern } from './world.js';

const SYN_BYTES = 60;
const SYN_TRIES = 3;
/** What grows does so until it is this many times as large. */
const FULL_UPLINK = 100;
const FIRST_EPHEMERAL_PORT = 32_768;
const EPHEMERAL_PORTS = 28_000;

/** A span of time in ms since epoch, `end` excluded. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** What went between the pods on one node and those on another while a report was being counted. */
interface Exchange {
  readonly source: Place;
  readonly dest: Place;
  readonly requests: number;
  readonly started: number;
  readonly live: number;
  readonly sent: number;
  readonly received: number;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly sourcePort: string;
}

/** One pattern under one state of the cluster. Policy is asked once, since its answer does not change. */
export class Stream {
  readonly reportMs: number;
  private readonly hash: number;
  private readonly source: Site;
  private readonly dest: Site;
  private readonly denied: boolean;
  private readonly sourceKey: FlowKey | null;
  private readonly destKey: FlowKey | null;

  /** `start` is when the play starts, ms since epoch: the pattern's own times count from it. */
  constructor(
    private readonly pattern: Pattern,
    sites: Sites,
    policies: PolicySet,
    private readonly seed: number,
    private readonly start: number,
  ) {
    this.reportMs = pattern.reportMs;
    this.hash = hashText(`${pattern.source} ${pattern.dest} ${pattern.port} ${pattern.protocol}`);
    this.source = sites.find(pattern.source);
    this.dest = sites.find(pattern.dest);
    const { port, protocol } = pattern;
    const connection = { source: this.source.party, dest: this.dest.party, port, protocol };
    const egress = inCluster(this.source) ? evaluateSide(policies, connection, 'egress') : null;
    const ingress = inCluster(this.dest) ? evaluateSide(policies, connection, 'ingress') : null;
    const reached = egress?.verdict !== 'deny';
    this.denied = !reached || ingress?.verdict === 'deny';
    this.sourceKey = egress === null ? null : this.key('src', egress.verdict, egress.trace);
    this.destKey = ingress === null || !reached ? null : this.key('dst', ingress.verdict, ingress.trace);
  }

  private key(reporter: Reporter, verdict: Verdict, trace: PolicyTrace): FlowKey {
    const { port, protocol, service } = this.pattern;
    return {
      // A caller's own address is evidence: as part of the key it would make a flow for each client.
      source: inCluster(this.source) ? this.source.endpoint : { ...this.source.endpoint, address: '' },
      dest: this.dest.endpoint,
      port,
      protocol,
      // Only the source's node sees the service's address before it is translated.
      service: reporter === 'src' ? service : null,
      reporter,
      verdict,
      trace,
    };
  }

  /**
   * The reports whose interval ends in [from, to). An interval that reaches out of `life` is cut there: what follows
   * is reported by whoever lives then.
   */
  *reports(from: number, to: number, life: Span): Generator<FlowRecord> {
    const phase = this.hash % this.reportMs;
    const first = Math.ceil((from - phase) / this.reportMs);
    for (let slot = first; (slot - 1) * this.reportMs + phase < to; slot++) {
      const end = slot * this.reportMs + phase;
      const span = { start: Math.max(end - this.reportMs, life.start), end: Math.min(end, life.end) };
      if (span.start < span.end && span.end >= from && span.end < to) yield* this.report(span);
    }
  }

  private *report(span: Span): Generator<FlowRecord> {
    const random = randomAt(this.seed, this.hash, span.start);
    const exchanges = this.exchanges(span, random);
    if (exchanges.length === 0) return;
    if (this.sourceKey !== null) {
      for (const place of this.source.places) {
        yield* this.record(
          this.sourceKey,
          span,
          place,
          exchanges.filter(({ source }) => source === place),
        );
      }
    }
    if (this.destKey !== null) {
      for (const place of this.dest.places) {
        yield* this.record(
          this.destKey,
          span,
          place,
          exchanges.filter(({ dest }) => dest === place),
        );
      }
    }
  }

  private exchanges(span: Span, random: Random): readonly Exchange[] {
    const { begins, growth, bursts, perMinute, connections } = this.pattern;
    const age = span.start - this.start - (begins ?? 0);
    if (begins !== null && age < 0) return [];
    if (bursts !== null && age % bursts.everyMs >= bursts.lengthMs) return [];
    const requests =
      (perMinute / 60_000) * (span.end - span.start) * (growth > 0 ? 1 : this.tide(span.start));
    const size = Math.min(FULL_UPLINK, 1 + (growth * Math.max(0, age)) / 60_000);
    const pairs = pairsOf(this.source, this.dest);
    const found: Exchange[] = [];
    for (const [source, dest, share] of pairs) {
      const count = Math.floor(requests * share * (0.85 + random.next() * 0.3) + random.next());
      const port = FIRST_EPHEMERAL_PORT + random.below(EPHEMERAL_PORTS);
      const fresh = connections === 'short' ? count : Number(random.next() < 0.02);
      if (count === 0) continue;
      const live = connections === 'kept' ? source.ips.length : Math.min(count, random.below(3));
      found.push({
        source,
        dest,
        requests: count,
        started: fresh,
        sourcePort: String(port),
        ...this.volume(count, fresh, live, size, random),
      });
    }
    return found;
  }

  private volume(requests: number, fresh: number, live: number, size: number, random: Random) {
    if (this.denied) {
      const packetsSent = fresh * SYN_TRIES;
      return { live: 0, sent: packetsSent * SYN_BYTES, received: 0, packetsSent, packetsReceived: 0 };
    }
    const { bytesSent, bytesReceived } = this.pattern;
    const sent = Math.round(requests * bytesSent * size * (0.9 + random.next() * 0.2));
    const received = Math.round(requests * bytesReceived * (0.9 + random.next() * 0.2));
    return {
      live,
      sent,
      received,
      packetsSent: packetsFor(sent, requests, this.pattern.protocol),
      packetsReceived: packetsFor(received, requests, this.pattern.protocol),
    };
  }

  /** Load comes and goes: over minutes for each pattern on its own, over half an hour for all of them. */
  private tide(at: number): number {
    const own = Math.sin((at / 60_000 / (5 + (this.hash % 7))) * 2 * Math.PI + this.hash);
    const shared = Math.sin((at / 60_000 / 31) * 2 * Math.PI);
    return 1 + 0.2 * own + 0.15 * shared;
  }

  private *record(
    key: FlowKey,
    { start, end }: Span,
    { node }: Place,
    exchanges: readonly Exchange[],
  ): Generator<FlowRecord> {
    if (exchanges.length === 0) return;
    yield {
      key,
      start: millis(start),
      end: millis(end),
      counters: countersOf(exchanges, key.reporter, this.pattern.connections),
      sourceLabels: this.source.labels,
      destLabels: this.dest.labels,
      evidence: this.evidence(exchanges, node),
    };
  }

  private evidence(exchanges: readonly Exchange[], node: string): Evidence {
    const { protocol } = this.pattern;
    return {
      sourceIps: tallyOf(exchanges.flatMap(({ source }) => source.ips)),
      destIps: tallyOf(exchanges.flatMap(({ dest }) => dest.ips)),
      sourcePorts: protocol === 'icmp' ? EMPTY_TALLY : tallyOf(exchanges.map(({ sourcePort }) => sourcePort)),
      dnsNames: this.dest.dnsName === '' ? EMPTY_TALLY : tallyOf([this.dest.dnsName]),
      nodes: tallyOf([node]),
      drops: EMPTY_TALLY,
      calls: EMPTY_TALLY,
    };
  }
}

function inCluster({ endpoint }: Site): boolean {
  return endpoint.kind === 'workload';
}

function pairsOf(source: Site, dest: Site): readonly (readonly [Place, Place, number])[] {
  const sources = source.places.reduce((sum, { ips }) => sum + ips.length, 0);
  const dests = dest.places.reduce((sum, { ips }) => sum + ips.length, 0);
  return source.places.flatMap((from) =>
    dest.places.map((to) => [from, to, (from.ips.length * to.ips.length) / (sources * dests)] as const),
  );
}

function packetsFor(bytes: number, requests: number, protocol: string): number {
  return protocol === 'tcp'
    ? requests * 3 + Math.ceil(bytes / 1400)
    : Math.max(requests, Math.ceil(bytes / 1400));
}

function countersOf(
  exchanges: readonly Exchange[],
  reporter: Reporter,
  connections: Pattern['connections'],
): Counters {
  const sum = (pick: (exchange: Exchange) => number) => exchanges.reduce((total, e) => total + pick(e), 0);
  const started = sum((e) => e.started);
  const toDest = { packets: sum((e) => e.packetsSent), bytes: sum((e) => e.sent) };
  const toSource = { packets: sum((e) => e.packetsReceived), bytes: sum((e) => e.received) };
  const [into, out] = reporter === 'src' ? [toSource, toDest] : [toDest, toSource];
  return {
    packetsIn: into.packets,
    packetsOut: out.packets,
    bytesIn: into.bytes,
    bytesOut: out.bytes,
    connectionsStarted: started,
    connectionsCompleted: connections === 'kept' ? 0 : started,
    connectionsLive: sum((e) => e.live),
  };
}
