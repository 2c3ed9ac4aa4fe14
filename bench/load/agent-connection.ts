import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type BatchHeader, INGEST_VERSION, type IngestReply } from '@vibrissa/protocol/messages';
import { WebSocket } from 'ws';

/** An agent as the server sees one: numbered batches, and no more than a few unacknowledged. */
export class AgentConnection {
  readonly #socket: WebSocket;
  readonly #failure: Promise<never>;
  #sequence = 0;
  #acknowledged = 0;
  #wake: (() => void) | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#failure = new Promise((_, reject) => {
      socket.on('message', (data) => {
        const reply: IngestReply = JSON.parse(data.toString());
        if (reply.type === 'error') reject(new Error(`the server refused the agent: ${reply.message}`));
        if (reply.type !== 'ack') return;
        if (reply.rejected > 0) {
          reject(new Error(`the server refused records: ${JSON.stringify(reply.errors[0])}`));
        }
        this.#acknowledged = reply.sequence;
        this.#wake?.();
      });
      socket.on('error', reject);
    });
    // Whoever waits for room hears of it; a failure that nobody waits for shows in the counts.
    this.#failure.catch(() => {});
  }

  static async open(url: string, agent: string): Promise<AgentConnection> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, 'open');
    const connection = new AgentConnection(socket);
    socket.send(JSON.stringify({ type: 'hello', version: INGEST_VERSION, agent, stream: randomUUID() }));
    await once(socket, 'message');
    return connection;
  }

  /** Batches sent and not yet acknowledged. */
  get underway(): number {
    return this.#sequence - this.#acknowledged;
  }

  /** Sends a batch of lines at once. */
  send(lines: string): void {
    const header: BatchHeader = {
      type: 'batch',
      sequence: ++this.#sequence,
      sentAt: Date.now(),
      dropped: 0,
    };
    this.#socket.send(`${JSON.stringify(header)}\n${lines}`);
  }

  /** Resolves once at most `most` batches are underway. */
  async room(most: number): Promise<void> {
    while (this.underway > most) {
      await Promise.race([
        this.#failure,
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
      ]);
    }
  }

  close(): void {
    this.#socket.close();
  }
}

/** Connects agents with names of their own. */
export function openAgents(url: string, count: number): Promise<AgentConnection[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => AgentConnection.open(url, `node-${at}`)));
}

/** Sends the batches over and over on a few connections, as fast as acks come, until time is up. */
export async function streamFor(
  url: string,
  texts: readonly string[],
  connections: number,
  milliseconds: number,
): Promise<void> {
  const until = performance.now() + milliseconds;
  let next = 0;
  await Promise.all(
    Array.from({ length: connections }, async (_, at) => {
      const agent = await AgentConnection.open(url, `fast-${at}`);
      while (performance.now() < until) {
        agent.send(texts[next++ % texts.length] as string);
        await agent.room(3);
      }
      await agent.room(0);
      agent.close();
    }),
  );
}
