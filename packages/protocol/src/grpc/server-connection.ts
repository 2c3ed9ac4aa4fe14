import {
  constants,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { header, isGrpc } from './headers.js';
import type { GrpcLimits } from './limits.js';
import type { Method, Peer } from './method.js';
import { peerOf } from './peer.js';
import type { QuietLog } from './quiet-log.js';
import type { Repeater } from './repeater.js';
import { serveCall } from './serve-call.js';
import type { GrpcEvent, GrpcStats } from './server-api.js';
import { ServerCall } from './server-call.js';
import { GrpcError, GrpcStatus } from './status.js';
import type { UnfinishedBytes } from './unfinished-bytes.js';
import { checkEncoding } from './unpack-message.js';

/** What all connections of a server share. */
export interface Shared {
  readonly methods: ReadonlyMap<string, Method>;
  readonly limits: GrpcLimits;
  readonly refuse: (peer: Peer) => GrpcError | null;
  readonly log: QuietLog<GrpcEvent>;
  readonly counts: { -readonly [Name in keyof Omit<GrpcStats, 'connectionsNow'>]: number };
  readonly unfinished: UnfinishedBytes;
  readonly repeater: Repeater;
}

/** One client's connection: who it is, whether it lives, and its calls. */
export class ServerConnection {
  readonly peer: Peer;
  readonly #session: ServerHttp2Session;
  readonly #shared: Shared;
  readonly #refusal: GrpcError | null;
  readonly #calls = new Map<ServerCall, Method['kind']>();
  #begun = 0;
  #ticks = 0;
  #answered = true;

  constructor(session: ServerHttp2Session, shared: Shared) {
    this.#session = session;
    this.#shared = shared;
    this.peer = peerOf(session);
    this.#refusal = shared.refuse(this.peer);
    if (this.#refusal !== null) {
      shared.log.say('peer-refused', { ...this.peer, why: this.#refusal.message });
    }
    session.setLocalWindowSize(4 * shared.limits.windowBytes);
    session.on('error', (error) => shared.log.say('connection-error', { ...this.peer, error }));
    session.on('stream', (stream, headers) => this.#open(stream, headers));
  }

  /** To be called at each tick: pings every `ticksPerPing`, and ends what answered no ping. */
  tick(ticksPerPing: number): void {
    this.#begun = 0;
    const session = this.#session;
    if (session.destroyed || ++this.#ticks < ticksPerPing) return;
    this.#ticks = 0;
    if (!this.#answered) {
      this.#shared.counts.connectionsSilent++;
      this.#shared.log.say('peer-silent', { ...this.peer });
      session.destroy();
      return;
    }
    this.#answered = false;
    session.ping((error) => {
      if (error === null) this.#answered = true;
    });
  }

  /** Takes no more calls, ends those that would go on for ever, and lets the others finish. */
  close(): void {
    this.#session.close();
    const stops = new GrpcError(GrpcStatus.unavailable, 'the server stops: try again later');
    for (const [call, kind] of this.#calls) {
      if (kind !== 'unary') call.close(stops);
    }
  }

  #open(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const { limits, counts, log } = this.#shared;
    if (++this.#begun > limits.newStreamsPerSecond) {
      log.say('too-many-calls', { ...this.peer, limit: limits.newStreamsPerSecond });
      stream.on('error', () => {});
      this.#session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
      this.#session.destroy();
      return;
    }
    // Reset before it was seen.
    if (stream.destroyed || stream.closed) return;
    const status = httpStatus(headers);
    if (status !== null) {
      stream.on('error', () => {});
      stream.respond({ ':status': status }, { endStream: true });
      stream.resume();
      setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
      return;
    }
    const { repeater } = this.#shared;
    const call = new ServerCall(stream, this.peer, {
      unsentBytes: limits.unsentBytes,
      lingerMs: limits.graceMs,
      repeater,
    });
    counts.calls++;
    counts.callsNow++;
    call.whenOver((error) => {
      counts.callsNow--;
      if (error !== null) counts.callsFailed++;
      this.#calls.delete(call);
    });
    try {
      this.#serve(stream, headers, call);
    } catch (error) {
      call.close(this.#told(error, header(headers, ':path')));
    }
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, call: ServerCall): void {
    if (this.#refusal !== null) throw this.#refusal;
    const { methods, limits, counts, unfinished } = this.#shared;
    checkSize(headers, limits.headerBytes);
    const path = header(headers, ':path');
    const method = methods.get(path);
    if (method === undefined) {
      throw new GrpcError(GrpcStatus.unimplemented, `there is no method ${path.slice(0, 200)} here`);
    }
    const encoding = header(headers, 'grpc-encoding') || 'identity';
    checkEncoding(encoding);
    call.startDeadline(headers);
    this.#calls.set(call, method.kind);
    serveCall(method, {
      stream,
      call,
      encoding,
      messageBytes: limits.messageBytes,
      unfinished,
      told: (error) => this.#told(error, path),
      onMessages: (count) => {
        counts.messages += count;
      },
      onRefused: () => {
        counts.messagesRefused++;
      },
    });
  }

  /** What the peer may know of an error: our own words, but nothing of a fault inside. */
  #told(error: unknown, path: string): GrpcError {
    if (error instanceof GrpcError) return error;
    this.#shared.log.say('handler-failed', { path, ...this.peer, error });
    return new GrpcError(GrpcStatus.internal, 'the server failed here; its log says why');
  }
}

/** The limit holds also for a peer that has not acknowledged it as HTTP/2 lets it; RFC 9113 6.5.2 says what counts. */
function checkSize(headers: IncomingHttpHeaders, limit: number): void {
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) bytes += name.length + String(value).length + 32;
  if (bytes <= limit) return;
  const why = `the headers are larger than the limit of ${limit} bytes: they have ${bytes}`;
  throw new GrpcError(GrpcStatus.resourceExhausted, why);
}

/** The HTTP status for what is no call of gRPC at all; null for what is. */
function httpStatus(headers: IncomingHttpHeaders): number | null {
  if (headers[':method'] !== 'POST') return constants.HTTP_STATUS_METHOD_NOT_ALLOWED;
  if (!isGrpc(header(headers, 'content-type'))) return constants.HTTP_STATUS_UNSUPPORTED_MEDIA_TYPE;
  return null;
}
