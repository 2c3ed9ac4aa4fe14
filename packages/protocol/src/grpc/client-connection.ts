import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type SecureClientSessionOptions,
} from 'node:http2';
import { connect as connectSocket } from 'node:net';
import type { ClientTls, GrpcClientOptions } from './client-api.js';
import { GRPC_LIMITS } from './limits.js';
import { GrpcError, GrpcStatus } from './status.js';

/** How long a connection may take to stand, ms. */
const CONNECT_MS = 10_000;

/** What may wait to be sent before Node's HTTP/2 resets calls; writers wait for `drained` long before that. MB. */
const SESSION_MB = 64;

/** One HTTP/2 session with a server, until it is lost. */
export class ClientConnection {
  readonly #session: ClientHttp2Session;
  readonly #target: string;
  readonly #timers: NodeJS.Timeout[] = [];
  #why = '';

  constructor({ target, tls, limits, keepaliveMs = GRPC_LIMITS.keepaliveMs }: GrpcClientOptions) {
    this.#target = target;
    const windowBytes = limits?.windowBytes ?? GRPC_LIMITS.windowBytes;
    const session = open(target, typeof tls === 'function' ? tls() : tls, windowBytes);
    this.#session = session;
    session.on('error', (error: NodeJS.ErrnoException) => this.#end(error.message || (error.code ?? '')));
    session.on('goaway', () => this.#end('the server closes this connection'));
    session.once('close', () => {
      this.#end('the connection was closed');
      for (const timer of this.#timers) clearInterval(timer);
    });
    const slow = setTimeout(() => this.destroy(`no connection within ${CONNECT_MS} ms`), CONNECT_MS);
    this.#timers.push(slow);
    session.once('connect', () => {
      clearTimeout(slow);
      session.setLocalWindowSize(4 * windowBytes);
      this.#keepAlive(keepaliveMs);
    });
  }

  get usable(): boolean {
    return !this.#session.closed && !this.#session.destroyed;
  }

  /** Why calls on it fail, when they do: UNAVAILABLE, naming the target. */
  get lost(): GrpcError {
    const why = this.#why || 'the connection was lost';
    return new GrpcError(GrpcStatus.unavailable, `${this.#target}: ${why}`);
  }

  request(headers: Readonly<Record<string, string>>): ClientHttp2Stream {
    return this.#session.request(headers);
  }

  destroy(why: string): void {
    this.#end(why);
    this.#session.destroy();
  }

  /** The first reason is the cause; others follow from it. */
  #end(why: string): void {
    if (this.#why === '') this.#why = why;
  }

  #keepAlive(everyMs: number): void {
    let answered = true;
    const timer = setInterval(() => {
      if (!this.usable) return;
      if (!answered) {
        this.destroy(`no answer to a ping within ${everyMs} ms`);
        return;
      }
      answered = false;
      this.#session.ping((error) => {
        if (error === null) answered = true;
      });
    }, everyMs);
    this.#timers.push(timer);
  }
}

function open(target: string, tls: ClientTls | null, windowBytes: number): ClientHttp2Session {
  const options: SecureClientSessionOptions = {
    maxSessionMemory: SESSION_MB,
    settings: { enablePush: false, initialWindowSize: windowBytes },
  };
  if (target.startsWith('unix://')) {
    const path = target.slice('unix://'.length);
    return connect('http://localhost', { ...options, createConnection: () => connectSocket(path) });
  }
  if (tls === null) return connect(`http://${target}`, options);
  const { ca, cert, key, serverName } = tls;
  return connect(`https://${target}`, {
    ...options,
    minVersion: 'TLSv1.2',
    ...(ca === null ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  });
}
