import { INGEST_VERSION, type IngestReply } from '@vibrissa/protocol/messages';
import { WebSocket } from 'ws';
import { readReply } from './ingest-replies.js';

/** How often the server is asked whether it is there, ms. */
const HEARTBEAT_MS = 10_000;
const HANDSHAKE_MS = 10_000;
const MOST_REPLY_BYTES = 1_048_576;

export interface SessionEvents {
  readonly onReply: (reply: IngestReply) => void;
  /** Comes once, whatever happened. `reason` is for people. */
  readonly onClose: (reason: string) => void;
}

/** One connection to the server: says hello, carries frames, and ends itself when the server falls silent. */
export class Session {
  readonly #socket: WebSocket;
  readonly #events: SessionEvents;
  readonly #heartbeat: NodeJS.Timeout;
  #isHeard = true;
  #isClosed = false;
  #reason = 'the connection was closed';

  constructor(
    url: string,
    hello: { readonly agent: string; readonly stream: string },
    events: SessionEvents,
  ) {
    this.#events = events;
    this.#socket = new WebSocket(url, {
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MOST_REPLY_BYTES,
    });
    this.#socket.on('open', () =>
      this.send(JSON.stringify({ type: 'hello', version: INGEST_VERSION, ...hello })),
    );
    this.#socket.on('message', (data) => this.#hear(String(data)));
    this.#socket.on('pong', () => {
      this.#isHeard = true;
    });
    this.#socket.on('error', (error) => {
      this.#reason = error.message;
    });
    this.#socket.on('close', (code) => this.#end(code));
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
  }

  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  /** Ends it at once; `onClose` follows. */
  close(reason: string): void {
    this.#reason = reason;
    this.#socket.terminate();
  }

  #hear(text: string): void {
    this.#isHeard = true;
    const reply = readReply(text);
    if (reply === null) this.close('the server said something unknown');
    else this.#events.onReply(reply);
  }

  #beat(): void {
    if (!this.#isHeard) this.close('the server fell silent');
    else if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
    this.#isHeard = false;
  }

  #end(code: number): void {
    clearInterval(this.#heartbeat);
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#events.onClose(code === 1006 ? this.#reason : `${this.#reason} (${code})`);
  }
}
