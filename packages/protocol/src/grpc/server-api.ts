import type { GrpcLimits } from './limits.js';
import type { Method, Peer } from './method.js';
import type { GrpcError } from './status.js';

/** What the server shows of itself, in PEM. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  /** Who signs the certificates that clients must show; null asks for none. */
  readonly ca: string | null;
}

export interface GrpcServerOptions {
  /** By path: `/goldmane.Flows/List`. */
  readonly methods: ReadonlyMap<string, Method>;
  readonly limits?: Partial<GrpcLimits>;
  readonly tls: ServerTls | null;
  /** Why a peer may not call; its calls are answered with this. Null lets it. Asked once a connection. */
  readonly refuse?: (peer: Peer) => GrpcError | null;
  /** Told of what an operator should see: no event repeats for each message. */
  readonly log: (event: GrpcEvent, detail: Readonly<Record<string, unknown>>) => void;
}

export type GrpcEvent =
  | 'handler-failed'
  | 'connection-refused'
  | 'peer-refused'
  | 'tls-failed'
  | 'peer-silent'
  | 'too-many-calls'
  | 'connection-error';

/** Counts since the start, but for those that say "now". */
export interface GrpcStats {
  readonly connectionsNow: number;
  readonly callsNow: number;
  readonly connections: number;
  /** Turned away because there were too many. */
  readonly connectionsRefused: number;
  /** Ended because they answered no ping. */
  readonly connectionsSilent: number;
  readonly tlsFailures: number;
  readonly calls: number;
  /** Calls that ended with another status than OK. */
  readonly callsFailed: number;
  readonly messages: number;
  /** Too long, malformed or cut off. */
  readonly messagesRefused: number;
}

export interface GrpcServer {
  readonly stats: GrpcStats;
  /** Resolves with the port once it listens; `unix:///path` as host listens on a socket file. */
  listen(host: string, port: number): Promise<number>;
  /** Certificates for connections from now on; those that stand are kept. Whether clients must show theirs stays as it was. */
  setTls(tls: ServerTls): void;
  /** Ends open streams with UNAVAILABLE, lets single answers finish within `graceMs`, then closes. */
  close(): Promise<void>;
}
