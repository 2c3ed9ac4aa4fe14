import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Counts } from './counts.js';
import { AgentError } from './errors.js';
import type { SourceState } from './sources/merge-sources.js';

/** What the health endpoint tells. */
export interface Health {
  readonly isConnected: boolean;
  /** Why the server will not have this agent; null when it does, or has not been met. */
  readonly refusal: string | null;
  readonly pendingRecords: number;
  readonly spoolBytes: number;
  readonly dropped: number;
  /** What is followed, and how that goes. */
  readonly sources: readonly SourceState[];
  readonly counts: Counts;
}

/**
 * Serves `/healthz` (503 only when a person must act: a server that is away is what the spool is for) and
 * `/metrics`. Resolves with the port and a way to stop; throws AgentError `port-in-use`.
 */
export async function serveHealth(
  host: string,
  port: number,
  health: () => Health,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = createServer((request, reply) => {
    const now = health();
    if (request.url === '/healthz') {
      const status = now.refusal !== null ? 'refused' : now.isConnected ? 'ok' : 'waiting for the server';
      reply.writeHead(now.refusal === null ? 200 : 503, { 'content-type': 'application/json' });
      reply.end(JSON.stringify({ status, ...now }));
    } else if (request.url === '/metrics') {
      reply.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      reply.end(metricsText(now));
    } else {
      reply.writeHead(404).end();
    }
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AgentError('port-in-use', `VIBRISSA_AGENT_HEALTH_PORT=${port}: cannot listen there: ${reason}`);
  }
  // A TCP server's address is never a path.
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function metricsText({ isConnected, pendingRecords, spoolBytes, dropped, sources, counts }: Health): string {
  return [
    metric('connected', 'gauge', '1 while the server takes records.', isConnected ? 1 : 0),
    metric('connections_total', 'counter', 'Times the server welcomed the agent.', counts.connections),
    metric('slow_downs_total', 'counter', 'Times the server asked for a pause.', counts.slowDowns),
    metric('records_read_total', 'counter', 'Records read from the source.', counts.read),
    metric('records_sent_total', 'counter', 'Records sent, repeats included.', counts.sent),
    metric('records_accepted_total', 'counter', 'Records the server accepted.', counts.accepted),
    metric('records_duplicate_total', 'counter', 'Records the server had already.', counts.duplicate),
    metric('records_rejected_total', 'counter', 'Records the server rejected.', counts.rejected),
    metric('lines_overlong_total', 'counter', 'Lines too long to be records.', counts.overlong),
    metric('lines_refused_total', 'counter', 'Lines not as their source should write them.', counts.refused),
    metric('lines_skipped_total', 'counter', 'Lines of a shared log about something else.', counts.skipped),
    metric(
      'event_overruns_total',
      'counter',
      'Times the kernel lost events for want of a buffer.',
      counts.overruns,
    ),
    metric(
      'connections_untracked_total',
      'counter',
      'Connections too many to keep in mind.',
      counts.untracked,
    ),
    metric(
      'packets_undecided_total',
      'counter',
      'Logged packets that a rule handed on and none was seen to decide.',
      counts.undecided,
    ),
    metric(
      'sources_waiting',
      'gauge',
      'Sources that failed and wait to begin again.',
      sources.filter(({ state }) => state === 'waiting').length,
    ),
    metric('records_dropped_total', 'counter', 'Records dropped since the spool was made.', dropped),
    metric('spool_records', 'gauge', 'Records that wait for the server.', pendingRecords),
    metric('spool_bytes', 'gauge', 'Size of the spool on disk.', spoolBytes),
    '',
  ].join('\n');
}

function metric(name: string, type: string, help: string, value: number): string {
  const full = `vibrissa_agent_${name}`;
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${full} ${value}`;
}
