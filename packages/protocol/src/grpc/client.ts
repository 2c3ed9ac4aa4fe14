import type { CallOptions, ClientStream, GrpcClient, GrpcClientOptions } from './client-api.js';
import { ClientCall } from './client-call.js';
import { ClientConnection } from './client-connection.js';
import { frame } from './frame.js';
import { GRPC_LIMITS } from './limits.js';
import { GrpcError, GrpcStatus } from './status.js';

/** A client of one gRPC server. Connects with its first call. */
export function grpcClient(options: GrpcClientOptions): GrpcClient {
  return new Client(options);
}

class Client implements GrpcClient {
  readonly #options: GrpcClientOptions;
  readonly #messageBytes: number;
  #connection: ClientConnection | null = null;
  #closed = false;

  constructor(options: GrpcClientOptions) {
    this.#options = options;
    this.#messageBytes = options.limits?.messageBytes ?? GRPC_LIMITS.messageBytes;
  }

  async unary(
    path: string,
    message: Uint8Array,
    signal?: AbortSignal,
    options?: CallOptions,
  ): Promise<Uint8Array> {
    const answers: Uint8Array[] = [];
    for await (const batch of this.serverStream(path, message, signal, options)) {
      answers.push(...batch);
      if (answers.length > 1) break;
    }
    const [answer] = answers;
    if (answer !== undefined && answers.length === 1) return answer;
    throw new GrpcError(GrpcStatus.unimplemented, `${path} gave another number of answers than one`);
  }

  async *serverStream(
    path: string,
    message: Uint8Array,
    signal?: AbortSignal,
    options?: CallOptions,
  ): AsyncGenerator<Uint8Array[], void, undefined> {
    const call = this.#call(path, signal, options);
    call.write(frame(message));
    call.end();
    yield* call.batches();
  }

  stream(path: string, signal?: AbortSignal, options?: CallOptions): ClientStream {
    const call = this.#call(path, signal, options);
    return {
      write: (frames) => call.write(frames),
      drained: () => call.drained(),
      batches: call.batches(),
      end: () => call.end(),
      cancel: () => call.cancel('the call was given up'),
    };
  }

  close(): void {
    this.#closed = true;
    this.#connection?.destroy('the client was closed');
  }

  #call(path: string, signal: AbortSignal | undefined, options: CallOptions = {}): ClientCall {
    if (this.#closed) throw new GrpcError(GrpcStatus.unavailable, 'the client was closed');
    const connection = this.#usable();
    return new ClientCall(connection, path, { ...options, signal, messageBytes: this.#messageBytes });
  }

  #usable(): ClientConnection {
    if (this.#connection?.usable === true) return this.#connection;
    try {
      this.#connection = new ClientConnection(this.#options);
      return this.#connection;
    } catch (error) {
      // Certificates that are none, or a target that is no address.
      const why = error instanceof Error ? error.message : String(error);
      throw new GrpcError(GrpcStatus.unavailable, `${this.#options.target}: ${why}`);
    }
  }
}
