import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { AgentHello, BatchHeader, IngestReply, LineError } from '@vibrissa/protocol/messages';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a test may make the server do. */
export interface Behaviour {
  /** Batches are taken and counted, but not acknowledged. */
  silent?: boolean;
  /** Each connection is cut when it has brought this many batches. */
  cutAfter?: number;
  /** Said in place of a welcome. */
  insteadOfWelcome?: IngestReply;
  /** Said after each ack. */
  afterAck?: IngestReply;
  errors?: (lines: readonly string[]) => LineError[];
}

/** The server's side of the protocol, with a memory of what it took: each batch of a stream once. */
export interface IngestServer {
  readonly url: string;
  readonly port: number;
  readonly behaviour: Behaviour;
  readonly hellos: AgentHello[];
  /** Every header that arrived, repeats included. */
  readonly headers: BatchHeader[];
  /** The records taken, in order. */
  readonly lines: string[];
  readonly mostInFlight: () => number;
  /** Forgets numberings and records as a server does that keeps them in memory. */
  forget(): void;
  /** Acknowledges what was held back. */
  release(): void;
  close(): Promise<void>;
}

/** Starts a server on a free port, or the given one. */
export async function ingestServer(behaviour: Behaviour = {}, port = 0): Promise<IngestServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  await once(server, 'listening');
  // A TCP server's address is never a path.
  const bound = (server.address() as AddressInfo).port;
  const taken = new Map<string, number>();
  const hellos: AgentHello[] = [];
  const headers: BatchHeader[] = [];
  const lines: string[] = [];
  let held: (() => void)[] = [];
  let most = 0;

  server.on('connection', (socket) => {
    let stream = '';
    let batches = 0;
    socket.on('message', (data) => {
      const text = String(data);
      if (stream === '') {
        const hello: AgentHello = JSON.parse(text);
        stream = hello.stream;
        hellos.push(hello);
        say(socket, behaviour.insteadOfWelcome ?? welcome(taken.get(stream) ?? 0));
        return;
      }
      const [first = '', ...records] = text.split('\n');
      const header: BatchHeader = JSON.parse(first);
      headers.push(header);
      if (header.sequence > (taken.get(stream) ?? 0)) {
        taken.set(stream, header.sequence);
        lines.push(...records);
      }
      const errors = behaviour.errors?.(records) ?? [];
      const acknowledge = () => {
        say(socket, {
          type: 'ack',
          sequence: header.sequence,
          accepted: records.length - errors.length,
          duplicate: 0,
          rejected: errors.length,
          errors,
        });
        if (behaviour.afterAck !== undefined) say(socket, behaviour.afterAck);
      };
      batches++;
      if (behaviour.cutAfter !== undefined && batches >= behaviour.cutAfter) return socket.terminate();
      if (behaviour.silent === true) held.push(acknowledge);
      else acknowledge();
      most = Math.max(most, held.length);
    });
  });

  const close = async () => {
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return {
    url: `ws://127.0.0.1:${bound}/api/v1/agent`,
    port: bound,
    behaviour,
    hellos,
    headers,
    lines,
    mostInFlight: () => most,
    forget: () => {
      taken.clear();
      lines.length = 0;
    },
    release: () => {
      for (const acknowledge of held.splice(0)) acknowledge();
      held = [];
    },
    close,
  };
}

function welcome(sequence: number): IngestReply {
  return { type: 'welcome', version: 1, sequence, maxBatchRecords: 1_000, maxBatchBytes: 4_000_000 };
}

function say(socket: WebSocket, reply: IngestReply): void {
  socket.send(JSON.stringify(reply));
}
