import type { GrpcLimits } from './limits.js';

/** How a server is recognised and, with `cert` and `key`, what we show of ourselves. All in PEM. */
export interface ClientTls {
  /** Who signs the server's certificate; null trusts what Node trusts. */
  readonly ca: string | null;
  readonly cert?: string;
  readonly key?: string;
  /** The name the server's certificate must have, where it is not the target's host. */
  readonly serverName?: string;
}

export interface GrpcClientOptions {
  /** `host:port`, `[::1]:port` or `unix:///path`. */
  readonly target: string;
  /** Null is plaintext. A function is asked at each connection, so that changed files take effect. */
  readonly tls: ClientTls | null | (() => ClientTls | null);
  readonly limits?: Partial<Pick<GrpcLimits, 'messageBytes' | 'windowBytes'>>;
  /** How often the server is pinged, ms; one that answered no ping by the next is gone. Default 20 s. */
  readonly keepaliveMs?: number;
}

export interface CallOptions {
  /** Told to the server and kept here, ms. */
  readonly timeoutMs?: number;
}

/** A call in which both sides send as they like. */
export interface ClientStream {
  /** Sends framed bytes: one message or many. False says to wait for `drained`. */
  write(frames: Uint8Array): boolean;
  /** Resolves when writing may go on; at once when it may, and when the call is over. */
  drained(): Promise<void>;
  /** What arrives, as read; ends when the server closes with OK, else throws GrpcError. To be read once. */
  readonly batches: AsyncIterable<Uint8Array[]>;
  /** Says that nothing more will be sent. */
  end(): void;
  /** Gives the call up. */
  cancel(): void;
}

/** Calls over one connection, made when it is needed and made anew after it was lost. Every failure is a GrpcError. */
export interface GrpcClient {
  unary(path: string, message: Uint8Array, signal?: AbortSignal, options?: CallOptions): Promise<Uint8Array>;
  /** Batches of messages as read; the views stay valid. A reader that is slow holds the server up. */
  serverStream(
    path: string,
    message: Uint8Array,
    signal?: AbortSignal,
    options?: CallOptions,
  ): AsyncIterable<Uint8Array[]>;
  /** Throws at once where there can be no connection at all. */
  stream(path: string, signal?: AbortSignal, options?: CallOptions): ClientStream;
  close(): void;
}
