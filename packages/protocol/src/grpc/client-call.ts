import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import type { CallOptions } from './client-api.js';
import type { ClientConnection } from './client-connection.js';
import { FrameReader } from './frame-reader.js';
import { decodeMessage, header, isGrpc, writeTimeout } from './headers.js';
import { GrpcError, GrpcStatus, isGrpcStatus } from './status.js';
import { ACCEPTED_ENCODINGS, checkEncoding } from './unpack-message.js';

export interface ClientCallOptions extends CallOptions {
  readonly signal: AbortSignal | undefined;
  readonly messageBytes: number;
}

/** One call of a client: what is sent, what arrives, how it ended. */
export class ClientCall {
  readonly #connection: ClientConnection;
  readonly #stream: ClientHttp2Stream;
  readonly #messageBytes: number;
  readonly #closed: Promise<void>;
  #encoding = 'identity';
  #answered = false;
  #ended: GrpcError | null | undefined;

  constructor(connection: ClientConnection, path: string, options: ClientCallOptions) {
    const { signal, timeoutMs, messageBytes } = options;
    this.#connection = connection;
    this.#messageBytes = messageBytes;
    const stream = connection.request({
      ':method': 'POST',
      ':path': path,
      te: 'trailers',
      'content-type': 'application/grpc',
      'grpc-accept-encoding': ACCEPTED_ENCODINGS,
      ...(timeoutMs === undefined ? {} : { 'grpc-timeout': writeTimeout(timeoutMs) }),
    });
    this.#stream = stream;
    stream.on('error', () => {});
    stream.once('response', (headers) => this.#response(headers));
    stream.once('trailers', (headers) => this.#readStatus(headers));
    const abort = () => this.cancel('the call was given up');
    const deadline =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            this.#giveUp(new GrpcError(GrpcStatus.deadlineExceeded, `no answer within ${timeoutMs} ms`));
          }, timeoutMs);
    signal?.addEventListener('abort', abort);
    this.#closed = new Promise((resolve) => {
      stream.once('close', () => {
        clearTimeout(deadline);
        signal?.removeEventListener('abort', abort);
        resolve();
      });
    });
    if (signal?.aborted === true) abort();
  }

  /** Sends framed bytes; false says to wait for `drained`. Nothing once the call is over. */
  write(frames: Uint8Array): boolean {
    if (this.#stream.destroyed || this.#stream.writableEnded) return true;
    return this.#stream.write(frames);
  }

  async drained(): Promise<void> {
    const stream = this.#stream;
    if (stream.destroyed || !stream.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        stream.off('drain', done);
        stream.off('close', done);
        resolve();
      };
      stream.once('drain', done);
      stream.once('close', done);
    });
  }

  end(): void {
    if (!this.#stream.destroyed) this.#stream.end();
  }

  cancel(why: string): void {
    this.#giveUp(new GrpcError(GrpcStatus.cancelled, why));
  }

  /** What arrives, until the server ends the call; throws GrpcError when that is not with OK. */
  async *batches(): AsyncGenerator<Uint8Array[], void, undefined> {
    const stream = this.#stream;
    let arrived: Uint8Array[] = [];
    const reader = new FrameReader(this.#messageBytes, (batch) => {
      arrived = arrived.length === 0 ? batch : arrived.concat(batch);
    });
    try {
      for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
        // What has arrived is of no use to one who gave up.
        if (this.#ended instanceof GrpcError && !this.#answered) break;
        reader.encoding = this.#encoding;
        reader.push(chunk);
        if (arrived.length === 0) continue;
        const batch = arrived;
        arrived = [];
        yield batch;
      }
      await this.#closed;
      if (this.#ended === null) reader.finish();
    } catch (error) {
      if (error instanceof GrpcError && this.#ended === undefined) this.#giveUp(error);
    } finally {
      if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
    }
    const how = this.#howItEnded();
    if (how !== null) throw how;
  }

  #response(headers: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
    const status = headers[':status'] ?? 0;
    const type = header(headers, 'content-type');
    if (status !== 200 || !isGrpc(type)) {
      this.#giveUp(
        new GrpcError(statusOfHttp(status), `the server answered HTTP ${status} ${type}, not gRPC`),
      );
      return;
    }
    try {
      this.#encoding = header(headers, 'grpc-encoding') || 'identity';
      checkEncoding(this.#encoding);
    } catch (error) {
      if (error instanceof GrpcError) this.#giveUp(error);
      return;
    }
    if (header(headers, 'grpc-status') !== '') this.#readStatus(headers);
  }

  #readStatus(headers: IncomingHttpHeaders): void {
    if (this.#ended !== undefined) return;
    this.#answered = true;
    const code = Number(header(headers, 'grpc-status') || Number.NaN);
    if (code === GrpcStatus.ok) this.#ended = null;
    else {
      const text = decodeMessage(header(headers, 'grpc-message'));
      this.#ended = new GrpcError(isGrpcStatus(code) ? code : GrpcStatus.unknown, text);
    }
  }

  #giveUp(error: GrpcError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    if (!this.#stream.closed) this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  #howItEnded(): GrpcError | null {
    if (this.#ended !== undefined) return this.#ended;
    if (!this.#connection.usable) return this.#connection.lost;
    return new GrpcError(statusOfReset(this.#stream.rstCode), `the server broke the call off`);
  }
}

/** gRPC's table for answers that are not gRPC's. */
function statusOfHttp(status: number): GrpcStatus {
  if (status === 400) return GrpcStatus.internal;
  if (status === 401) return GrpcStatus.unauthenticated;
  if (status === 403) return GrpcStatus.permissionDenied;
  if (status === 404) return GrpcStatus.unimplemented;
  return [429, 502, 503, 504].includes(status) ? GrpcStatus.unavailable : GrpcStatus.unknown;
}

/** gRPC's table for streams that were reset. */
function statusOfReset(code: number | undefined): GrpcStatus {
  if (code === constants.NGHTTP2_REFUSED_STREAM) return GrpcStatus.unavailable;
  if (code === constants.NGHTTP2_CANCEL) return GrpcStatus.cancelled;
  if (code === constants.NGHTTP2_ENHANCE_YOUR_CALM) return GrpcStatus.resourceExhausted;
  if (code === constants.NGHTTP2_INADEQUATE_SECURITY) return GrpcStatus.permissionDenied;
  return GrpcStatus.internal;
}
