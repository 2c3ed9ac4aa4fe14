import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { GRPC_LIMITS, type GrpcLimits } from './limits.js';
import { plainAddress } from './peer.js';
import { QuietLog } from './quiet-log.js';
import { Repeater } from './repeater.js';
import type { GrpcEvent, GrpcServer, GrpcServerOptions, GrpcStats, ServerTls } from './server-api.js';
import { ServerConnection, type Shared } from './server-connection.js';
import { UnfinishedBytes } from './unfinished-bytes.js';

/** How long a TLS handshake may take, ms. */
const HANDSHAKE_MS = 10_000;

/** What one connection may have waiting in Node's HTTP/2, answers too, before it resets further calls; MB. */
const SESSION_MB = 32;

const SECOND_MS = 1_000;

/** A gRPC server over HTTP/2, in plaintext where `tls` is null. */
export function grpcServer(options: GrpcServerOptions): GrpcServer {
  return new Server(options);
}

class Server implements GrpcServer {
  readonly #limits: GrpcLimits;
  readonly #shared: Shared;
  readonly #http: Http2Server | Http2SecureServer;
  readonly #secure: Http2SecureServer | null;
  readonly #connections = new Set<ServerConnection>();
  /** Also those that have not come as far as a connection: a handshake may never end. */
  readonly #sockets = new Set<Socket>();
  readonly #log: QuietLog<GrpcEvent>;
  #ticker: NodeJS.Timeout | undefined;

  constructor({ methods, limits, tls, refuse, log }: GrpcServerOptions) {
    this.#limits = { ...GRPC_LIMITS, ...limits };
    this.#log = new QuietLog(log);
    this.#shared = {
      methods,
      limits: this.#limits,
      refuse: refuse ?? (() => null),
      log: this.#log,
      counts: {
        callsNow: 0,
        connections: 0,
        connectionsRefused: 0,
        connectionsSilent: 0,
        tlsFailures: 0,
        calls: 0,
        callsFailed: 0,
        messages: 0,
        messagesRefused: 0,
      },
      unfinished: new UnfinishedBytes(this.#limits.unfinishedBytes),
      repeater: new Repeater(),
    };
    const http2 = http2Options(this.#limits);
    this.#secure =
      tls === null
        ? null
        : createSecureServer({ ...http2, ...secrets(tls), ...demands(tls), handshakeTimeout: HANDSHAKE_MS });
    this.#http = this.#secure ?? createServer(http2);
    this.#http.maxConnections = this.#limits.connections;
    this.#watch();
  }

  get stats(): GrpcStats {
    return { ...this.#shared.counts, connectionsNow: this.#connections.size };
  }

  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      const where = host.startsWith('unix://') ? { path: host.slice('unix://'.length) } : { host, port };
      this.#http.listen(where, () => {
        this.#http.off('error', reject);
        resolve();
      });
    });
    const tickMs = Math.min(SECOND_MS, this.#limits.keepaliveMs);
    const ticksPerPing = Math.ceil(this.#limits.keepaliveMs / tickMs);
    this.#ticker = setInterval(() => {
      this.#log.tick();
      for (const connection of this.#connections) connection.tick(ticksPerPing);
    }, tickMs);
    const address: AddressInfo | string | null = this.#http.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  setTls(tls: ServerTls): void {
    this.#secure?.setSecureContext(secrets(tls));
  }

  async close(): Promise<void> {
    clearInterval(this.#ticker);
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    for (const connection of this.#connections) connection.close();
    const late = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, this.#limits.graceMs);
    await closed;
    clearTimeout(late);
  }

  #watch(): void {
    const { counts } = this.#shared;
    this.#http.on('error', (error) => this.#log.say('connection-error', { error }));
    this.#http.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#http.on('session', (session: ServerHttp2Session) => {
      counts.connections++;
      const connection = new ServerConnection(session, this.#shared);
      this.#connections.add(connection);
      session.once('close', () => this.#connections.delete(connection));
    });
    this.#http.on('drop', (data?: { remoteAddress?: string }) => {
      counts.connectionsRefused++;
      const address = plainAddress(data?.remoteAddress ?? '');
      this.#log.say('connection-refused', { address, limit: this.#limits.connections });
    });
    this.#http.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      counts.tlsFailures++;
      // What OpenSSL says of the certificate is of more use than that the connection broke off.
      const why = socket.authorizationError ?? error.message;
      this.#log.say('tls-failed', { address: plainAddress(socket.remoteAddress ?? ''), why: String(why) });
    });
  }
}

function http2Options(limits: GrpcLimits): ServerOptions {
  return {
    maxSessionMemory: SESSION_MB,
    settings: {
      enablePush: false,
      initialWindowSize: limits.windowBytes,
      maxConcurrentStreams: limits.streams,
      maxHeaderListSize: limits.headerBytes,
    },
  };
}

function secrets({ cert, key, ca }: ServerTls): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2', ...(ca === null ? {} : { ca }) };
}

function demands({ ca }: ServerTls) {
  return { requestCert: ca !== null, rejectUnauthorized: ca !== null };
}
