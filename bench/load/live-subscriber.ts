import { once } from 'node:events';
import type { LiveMessage, Rows, Subscribe } from '@vibrissa/protocol/messages';
import { WebSocket } from 'ws';

export interface SeenLive {
  /** Row updates received live. */
  rows: number;
  skipped: number;
  bytes: number;
  /** From the sending of a record to its row here, ms; one for each row that a record changed. */
  readonly latencies: number[];
}

function nothingSeen(): SeenLive {
  return { rows: 0, skipped: 0, bytes: 0, latencies: [] };
}

export interface Watched {
  readonly filter: string;
  readonly since: number;
}

/** One browser's subscription without a browser: it counts what comes and how old it is. */
export class LiveSubscriber {
  readonly #socket: WebSocket;
  readonly #lastSeen = new Map<number, number>();
  /** Resolves when the snapshot is complete. */
  readonly ready: Promise<void>;
  #becomeReady: () => void = () => {};
  #seen = nothingSeen();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.ready = new Promise((resolve) => {
      this.#becomeReady = resolve;
    });
    socket.on('message', (data) => this.#take(data.toString()));
  }

  static async open(url: string, { filter, since }: Watched): Promise<LiveSubscriber> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, 'open');
    const subscriber = new LiveSubscriber(socket);
    const request: Subscribe = { type: 'subscribe', id: 1, filter, grouping: 'connection', since };
    socket.send(JSON.stringify(request));
    return subscriber;
  }

  /** What came since the last call. */
  take(): SeenLive {
    const seen = this.#seen;
    this.#seen = nothingSeen();
    return seen;
  }

  close(): void {
    this.#socket.close();
  }

  #take(text: string): void {
    this.#seen.bytes += text.length;
    const message: LiveMessage = JSON.parse(text);
    if (message.type === 'skipped') this.#seen.skipped += message.updates;
    if (message.type === 'error') throw new Error(`the server refused the subscription: ${message.message}`);
    if (message.type === 'rows') this.#takeRows(message);
  }

  #takeRows({ phase, rows, done }: Rows): void {
    const now = Date.now();
    for (const [id, lastSeen] of rows) {
      // A row that only lost a bucket comes again with the time it had.
      const isNews = lastSeen > (this.#lastSeen.get(id) ?? 0);
      this.#lastSeen.set(id, lastSeen);
      if (phase === 'snapshot') continue;
      this.#seen.rows++;
      if (isNews) this.#seen.latencies.push(now - lastSeen);
    }
    if (done) this.#becomeReady();
  }
}
