import { type FlowKey, type Millis, millis, NO_TRACE, type Reporter } from '@vibrissa/model';
import {
  type AnyPacketLogOptions,
  isProblem,
  type LoggedPacket,
  readLoggedPacket,
  writeRecord,
} from '@vibrissa/protocol/node';
import { FlowAggregator, flowHead } from '../aggregate/flow-aggregator.js';
import { Alarm } from '../alarm.js';
import { BoundedSet } from '../conntrack/bounded-set.js';
import type { WhoHas } from '../pods/who-has.js';
import type { Checkpoint, FlowSource, Piece } from './flow-source.js';
import type { NodeSourceOptions } from './node-source.js';
import { PacketJoin } from './packet-join.js';

export interface PacketLogOptions extends NodeSourceOptions {
  /** Gives the log's lines. */
  readonly raw: FlowSource;
  /** What the firewall puts before packets it logs. */
  readonly prefix: string;
  /** For /dev/kmsg, whose times are since then. */
  readonly bootedAt: Millis | null;
  /** True where conntrack counts all that was let through, of which the log has the first packets alone. */
  readonly countsOnlyDenied: boolean;
}

const MOST_RECORDS = 5_000;
const MOST_LINES = 1_000;
/** Connections whose first packet was counted: one that is refused is tried again and again. */
const MOST_OPENINGS = 65_536;
/** Packets that rules handed on and none has decided yet. */
const MOST_HELD = 4_096;
/** The rules that see a packet log it together, but the kernel may hand on their log in two parts, a second apart. */
const HOLD_MS = 2_000;
/** Text logs have times of whole seconds, and one packet's hits may stand on both sides of a turn. */
const MOMENT_MS = 1_000;

/** Packets that firewall rules logged: who was let through or dropped, and by which policy. */
export function packetLog(options: PacketLogOptions): FlowSource {
  const { raw, node, intervalMs } = options;
  const seen: Seen = {
    flows: new FlowAggregator({ node, intervalMs, maxRecords: MOST_RECORDS }),
    openings: new BoundedSet(MOST_OPENINGS),
    join: new PacketJoin({ maxHeld: MOST_HELD, momentMs: MOMENT_MS }),
  };
  return {
    name: `packet log ${raw.name}`,
    pieces: (signal) => follow(options, seen, signal),
  };
}

/** What is kept of the packets so far. */
interface Seen {
  readonly flows: FlowAggregator;
  readonly openings: BoundedSet<string>;
  readonly join: PacketJoin;
}

async function* follow(options: PacketLogOptions, seen: Seen, signal: AbortSignal): AsyncGenerator<Piece> {
  const { flows, join } = seen;
  const { raw, intervalMs, clock, log, counts, prefix, bootedAt } = options;
  const alarm = new Alarm();
  signal.addEventListener('abort', alarm.ring);
  const leave = (givenUp: readonly LoggedPacket[], now: Millis) => {
    counts.undecided += givenUp.length;
    for (const packet of givenUp) see(options, seen, packet, now);
  };
  let ending: { readonly error: unknown } | null = null;
  let checkpoint: Checkpoint | null = null;
  let problems = 0;
  /** Set while enough waits to be taken over; the reader waits for it. */
  let resume: (() => void) | null = null;
  const stop = new AbortController();
  const inner = AbortSignal.any([signal, stop.signal]);
  const read = async () => {
    for await (const piece of raw.pieces(inner)) {
      const now = clock.now();
      const reading: AnyPacketLogOptions = { prefix, now, bootedAt };
      for (const line of piece.lines) {
        const packet = readLoggedPacket(line, reading);
        if (packet === null) counts.skipped++;
        else if (isProblem(packet)) {
          counts.refused++;
          // The first ones show what is wrong; thousands would hide it.
          if (++problems <= 5) log.warn({ ...packet }, 'a logged packet was left out');
        } else {
          const { whole, givenUp } = join.take(packet, now);
          leave(givenUp, now);
          if (whole !== null) see(options, seen, whole, now);
        }
      }
      checkpoint = piece.checkpoint ?? checkpoint;
      if (!flows.isFull || inner.aborted) continue;
      const room = new Promise<void>((resolve) => {
        resume = resolve;
      });
      alarm.ring();
      await room;
    }
  };
  const main = read()
    .then(
      () => {
        ending = { error: null };
      },
      (error: unknown) => {
        ending = { error };
      },
    )
    .finally(alarm.ring);
  const isOver = () => ending !== null || signal.aborted;
  let line = 0;
  try {
    for (;;) {
      if (!isOver()) await alarm.wait(intervalMs);
      const isLast = isOver();
      const place: Checkpoint | null = checkpoint;
      const now = clock.now();
      leave(isLast ? join.giveUp() : join.giveUp(millis(now - HOLD_MS)), now);
      const lines = flows.drain(() => null).map(writeRecord);
      for (let from = 0; from < lines.length; from += MOST_LINES) {
        const some = lines.slice(from, from + MOST_LINES);
        const isEnd = from + MOST_LINES >= lines.length;
        // Stopped before the last of them, all are read again rather than lost.
        yield { lines: some, numbers: some.map(() => ++line), checkpoint: isEnd ? place : null };
      }
      letOn(resume);
      resume = null;
      if (isLast) break;
    }
    throwIfFailed(ending);
  } finally {
    stop.abort();
    letOn(resume);
    await main;
  }
}

function letOn(resume: (() => void) | null): void {
  resume?.();
}

function throwIfFailed(ending: { readonly error: unknown } | null): void {
  if (ending !== null && ending.error !== null) throw ending.error;
}

function see(
  { who, countsOnlyDenied }: PacketLogOptions,
  { flows, openings }: Seen,
  packet: LoggedPacket,
  now: Millis,
): void {
  const at = packet.at ?? now;
  const { said, protocol, destPort, sourcePort } = packet;
  const source = who.source(packet.source, at);
  const dest = who.dest(packet.dest, at);
  const key: FlowKey = {
    source: source.endpoint,
    dest: dest.endpoint,
    port: destPort,
    protocol,
    // Rules see a packet behind the translation of its destination, and a pod's address does not tell which of
    // its services was called. One that nothing translated, as of a service without pods, is still a service's.
    service: who.serviceAt(packet.dest, protocol, destPort),
    reporter: said?.reporter ?? reporterOf(who, packet, source.isLocal, dest.isLocal),
    verdict: said?.verdict ?? 'unknown',
    trace: said?.trace ?? NO_TRACE,
  };
  // A packet handed on is counted where its decision is logged, also when that comes too late to be joined.
  const counts = countsOnlyDenied ? key.verdict === 'deny' : said === null || said.isFinal;
  const opening = `${protocol} ${packet.source} ${sourcePort} ${packet.dest} ${destPort} ${key.reporter}`;
  const isFirst = counts && packet.isOpening && openings.add(opening);
  flows.add(flowHead(key, source.labels, dest.labels), {
    at,
    ...(counts ? { packets: 1, bytes: packet.bytes } : {}),
    ...(isFirst ? { started: 1 } : {}),
    sourceIp: packet.source,
    destIp: packet.dest,
    sourcePort,
  });
}

function reporterOf(
  who: WhoHas,
  { inInterface, outInterface }: LoggedPacket,
  sourceIsLocal: boolean,
  destIsLocal: boolean,
): Reporter {
  if (sourceIsLocal || who.isPodInterface(inInterface)) return 'src';
  return destIsLocal || who.isPodInterface(outInterface) ? 'dst' : 'fwd';
}
