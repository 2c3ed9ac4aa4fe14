import type { Clock } from '@vibrissa/model';
import {
  GET_FLOWS,
  HubbleStream,
  isHubbleRecord,
  isProblem,
  writeGetFlows,
  writeRecord,
} from '@vibrissa/protocol';
import { GrpcError, grpcClient } from '@vibrissa/protocol/grpc';
import type { Counts } from '../counts.js';
import { AgentError } from '../errors.js';
import type { Logger } from '../logger.js';
import type { Checkpoint, FlowSource, Piece } from './flow-source.js';

export interface HubbleOptions {
  /** `unix:///path` or `host:port`, without TLS: the socket of this node's agent is for this node alone. */
  readonly address: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly counts: Counts;
  /** What an earlier run came to, as this source's pieces said. */
  readonly from: () => Checkpoint | null;
}

/** How much of the past is asked for by an agent that was never here before, ms. */
const FIRST_PAST_MS = 3_600_000;
const MOST_LINES = 500;
const SOURCE = 'hubble';

/**
 * The events of this node's Hubble, as records. Each is told as it comes; the agent's batches gather them. Fails
 * when the connection does, and goes on where it was when it is begun again.
 */
export function hubbleSource(options: HubbleOptions): FlowSource {
  const stream = new HubbleStream();
  // Asked for again after a restart, what was sent before would count twice: nothing here would know it.
  const oldest = options.from()?.offset ?? options.clock.now() - FIRST_PAST_MS;
  return {
    name: `hubble at ${options.address}`,
    pieces: (signal) => follow(options, stream, oldest, signal),
  };
}

async function* follow(
  { address, clock, log, counts }: HubbleOptions,
  stream: HubbleStream,
  oldest: number,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const client = grpcClient({ target: address, tls: null });
  let newest = oldest;
  try {
    const request = writeGetFlows(stream.since(oldest));
    for await (const batch of client.serverStream(GET_FLOWS, request, signal)) {
      const lines: string[] = [];
      const now = clock.now();
      for (const message of batch) {
        const news = stream.read(message, now);
        if (news === null) counts.skipped++;
        else if (isHubbleRecord(news)) {
          // The millisecond after, as the same one would tell the last events again.
          newest = Math.max(newest, Math.min(news.end, now) + 1);
          lines.push(writeRecord(news));
        } else if (isProblem(news)) {
          counts.refused++;
          if (counts.refused <= 5) log.warn({ ...news }, 'a message of Hubble was left out');
        } else if (news.kind === 'lost') {
          log.warn({ events: news.count, where: news.source }, 'Hubble lost events');
          // The server counts it, and shows it with all that was lost.
          lines.push(JSON.stringify({ lost_events: { source: news.source, num_events_lost: news.count } }));
        } else counts.skipped++;
      }
      yield* cut(lines, newest);
    }
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof GrpcError) throw new AgentError('source-lost', error.message);
    throw error;
  } finally {
    client.close();
  }
  if (!signal.aborted) throw new AgentError('source-lost', `${address}: Hubble ended the stream`);
}

function* cut(lines: readonly string[], newest: number): Generator<Piece> {
  for (let from = 0; from < lines.length; from += MOST_LINES) {
    const some = lines.slice(from, from + MOST_LINES);
    const isLast = from + MOST_LINES >= lines.length;
    yield {
      lines: some,
      numbers: some.map((_, at) => from + at + 1),
      checkpoint: isLast ? placeAt(newest) : null,
    };
  }
}

/** A stream has no place but a time. */
function placeAt(ms: number): Checkpoint {
  return { inode: '0', offset: ms, line: 0, headLength: 0, headCrc: 0, source: SOURCE };
}

/** The name under which a spool keeps the place of this source. */
export const HUBBLE_PLACE = SOURCE;
