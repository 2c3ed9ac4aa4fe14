import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { header, readTimeout, trailers } from './headers.js';
import type { DuplexCall, Peer } from './method.js';
import type { Repeater } from './repeater.js';
import { GrpcError, GrpcStatus } from './status.js';
import { ACCEPTED_ENCODINGS } from './unpack-message.js';

const HEADERS = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-accept-encoding': ACCEPTED_ENCODINGS,
};

/** One call on the server: what is sent, and the one way it ends. */
export class ServerCall implements DuplexCall {
  readonly #stream: ServerHttp2Stream;
  readonly #unsentBytes: number;
  readonly #repeater: Repeater;
  readonly #abort = new AbortController();
  readonly #lingerMs: number;
  readonly #whenOver: ((error: GrpcError | null) => void)[] = [];
  #deadline: NodeJS.Timeout | undefined;
  #over = false;
  #waits = false;

  constructor(
    stream: ServerHttp2Stream,
    readonly peer: Peer,
    { unsentBytes, repeater, lingerMs }: ServerCallOptions,
  ) {
    this.#stream = stream;
    this.#unsentBytes = unsentBytes;
    this.#repeater = repeater;
    this.#lingerMs = lingerMs;
    stream.on('error', () => {});
    stream.once('close', () => this.#lost());
    // A stream reset without an error closes only once it was read out, which one that is paused never is.
    stream.once('aborted', () => {
      this.#lost();
      stream.resume();
    });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Calls `listener` once the call is over, with null where that was well. */
  whenOver(listener: (error: GrpcError | null) => void): void {
    this.#whenOver.push(listener);
  }

  /** Reads `grpc-timeout`; throws INVALID_ARGUMENT for one that is none. */
  startDeadline(headers: IncomingHttpHeaders): void {
    const text = header(headers, 'grpc-timeout');
    const timeoutMs = readTimeout(text);
    if (timeoutMs === undefined) return;
    if (timeoutMs === null) {
      throw new GrpcError(
        GrpcStatus.invalidArgument,
        `grpc-timeout ${JSON.stringify(text)} is no time: like 100m`,
      );
    }
    this.#deadline = setTimeout(() => {
      this.close(new GrpcError(GrpcStatus.deadlineExceeded, `no answer within ${text}`));
    }, timeoutMs);
  }

  /** The headers of an answer: from here on errors go into trailers of their own. */
  begin(): void {
    const stream = this.#stream;
    if (this.#over || stream.headersSent || stream.closed || stream.destroyed) return;
    stream.respond(HEADERS, { waitForTrailers: true });
  }

  /** Sends framed bytes; false says that the peer reads slower than that. */
  write(framed: Uint8Array): boolean {
    if (this.#over) return true;
    this.begin();
    return this.#stream.write(framed);
  }

  /** Gathers what is written until the handlers that are due have run. */
  cork(): void {
    const stream = this.#stream;
    if (stream.writableCorked > 0) return;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }

  /** Resolves when the peer has read, or the call is over. */
  async drained(): Promise<void> {
    if (this.#over || !this.#stream.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#stream.off('drain', done);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      this.#stream.once('drain', done);
      this.signal.addEventListener('abort', done);
    });
  }

  send(messages: number, frame: Uint8Array): void {
    if (this.#over || messages < 1) return;
    this.write(this.#repeater.repeat(frame, messages));
    const stream = this.#stream;
    if (this.#waits || !stream.writableNeedDrain || stream.writableLength <= this.#unsentBytes) return;
    this.#waits = true;
    stream.pause();
    stream.once('drain', () => {
      this.#waits = false;
      stream.resume();
    });
  }

  close(error: GrpcError | null = null): void {
    if (this.#over) return;
    const stream = this.#stream;
    this.#finish(error);
    if (stream.closed || stream.destroyed) return;
    const last = trailers(error);
    if (stream.headersSent) {
      stream.once('wantTrailers', () => {
        stream.sendTrailers(last);
        this.#hangUp();
      });
      stream.end();
      if (stream.writableLength > 0) this.#linger();
    } else {
      stream.once('finish', () => this.#hangUp());
      stream.respond({ ...HEADERS, ...last }, { endStream: true });
    }
    stream.resume();
  }

  /**
   * A peer that does not read holds back even the trailers, and is given up. One that reads slowly gets them: Node's
   * timeout begins anew with every chunk that goes out.
   */
  #linger(): void {
    const stream = this.#stream;
    stream.setTimeout(this.#lingerMs, () => stream.close(constants.NGHTTP2_CANCEL));
  }

  /** Ends what the peer still sends: the answer does not depend on it. */
  #hangUp(): void {
    const stream = this.#stream;
    if (stream.readableEnded) return;
    setImmediate(() => {
      if (!stream.closed) stream.close(constants.NGHTTP2_NO_ERROR);
    });
  }

  #lost(): void {
    if (this.#over) return;
    const cancelled = this.#stream.rstCode === constants.NGHTTP2_CANCEL;
    const why = cancelled ? 'the caller cancelled' : 'the connection was lost';
    this.#finish(new GrpcError(GrpcStatus.cancelled, why));
  }

  #finish(error: GrpcError | null): void {
    this.#over = true;
    clearTimeout(this.#deadline);
    if (error !== null) this.#abort.abort(error);
    for (const listener of this.#whenOver) listener(error);
  }
}

export interface ServerCallOptions {
  readonly unsentBytes: number;
  readonly repeater: Repeater;
  /** How long nothing of what was sent may go out, once the call is over, before it is given up; ms. */
  readonly lingerMs: number;
}
