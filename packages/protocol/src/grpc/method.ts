import type { GrpcError } from './status.js';

/** Who is at the other end of a connection. */
export interface Peer {
  /** Its IP without the port, IPv4 in its own form; '' over a unix socket. */
  readonly address: string;
  /** The subject's common names, then its alternative names; none without a client's certificate. */
  readonly certificateNames: readonly string[];
}

export interface Call {
  readonly peer: Peer;
  /** Aborted when the call is over before it was answered: cancelled, past its deadline, connection lost. */
  readonly signal: AbortSignal;
}

/** A call in which both sides send as they like. */
export interface DuplexCall extends Call {
  /** Sends the same already framed message `messages` times, in one write. Nothing once the call is over. */
  send(messages: number, frame: Uint8Array): void;
  /** Ends the call: well, or with an error. What was sent before still arrives. */
  close(error?: GrpcError): void;
}

/** What takes in the messages of a duplex call. What it throws ends the call, and this call alone. */
export interface MessageSink {
  /** All complete messages of what was read in one go. The views are valid only during the call. */
  messages(batch: readonly Uint8Array[]): void;
  /** The peer sends no more; `call.close()` is due once it has its answers. */
  end(): void;
  /** The call is over, however it ended. Comes once, and last. */
  closed(): void;
}

/** How one method is served. */
export type Method =
  | {
      readonly kind: 'unary';
      handle(request: Uint8Array, call: Call): Uint8Array | Promise<Uint8Array>;
    }
  | {
      readonly kind: 'server-stream';
      /**
       * Is asked for the next message once the last one was taken: a slow reader holds it up. While it waits for
       * something to happen it has to watch `call.signal`.
       */
      handle(request: Uint8Array, call: Call): AsyncIterable<Uint8Array>;
    }
  | {
      readonly kind: 'messages';
      open(call: DuplexCall): MessageSink;
    };
