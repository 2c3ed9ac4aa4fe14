/** What one peer, and all of them, may take. */
export interface GrpcLimits {
  /** Largest message, bytes, as sent and once unpacked. */
  readonly messageBytes: number;
  /** Bytes of unfinished messages held for all peers together. */
  readonly unfinishedBytes: number;
  /** Bytes a `messages` call may have waiting for a peer that does not read; past it nothing more is read from it. */
  readonly unsentBytes: number;
  readonly connections: number;
  /** Calls open at once on one connection. */
  readonly streams: number;
  /** Calls begun in a second on one connection; past it the connection ends. */
  readonly newStreamsPerSecond: number;
  /** Headers of one call, bytes as HTTP/2 counts them. */
  readonly headerBytes: number;
  /** Unread bytes a peer may have on its way in one call. A connection may have four times as many. */
  readonly windowBytes: number;
  /** How often peers are pinged, ms. One that answered no ping by the next is gone. */
  readonly keepaliveMs: number;
  /** How long calls may go on once the server closes, and a peer may take nothing of an answer that is complete; ms. */
  readonly graceMs: number;
}

export const GRPC_LIMITS: GrpcLimits = {
  messageBytes: 4 * 1024 * 1024,
  unfinishedBytes: 256 * 1024 * 1024,
  unsentBytes: 64 * 1024,
  connections: 2_000,
  streams: 100,
  newStreamsPerSecond: 5_000,
  headerBytes: 16 * 1024,
  windowBytes: 512 * 1024,
  keepaliveMs: 20_000,
  graceMs: 5_000,
};
