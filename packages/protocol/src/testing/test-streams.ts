import { type GrpcError, type GrpcServer, grpcServer, type Method, type ServerTls } from '../grpc/index.js';

/** What one call is still to be told; null ends it well, an error ends it badly. */
type Item = Uint8Array | GrpcError | null;

class OpenCall {
  readonly #items: Item[] = [];
  #wake: () => void = () => {};

  push(item: Item): void {
    this.#items.push(item);
    this.#wake();
  }

  async *read(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    signal.addEventListener('abort', () => this.#wake());
    while (!signal.aborted) {
      const item = this.#items.shift();
      if (item === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else if (item === null) return;
      else if (item instanceof Error) throw item;
      else yield item;
    }
  }
}

/** A source as tests make it: one method that streams what a test sends, and others that answer at once. */
export class TestStreams {
  readonly #path: string;
  readonly #answers: readonly string[];
  readonly #calls = new Set<OpenCall>();
  readonly #tls: ServerTls | null;
  readonly #host: string;
  #server: GrpcServer | null = null;
  #port = 0;
  /** What was asked, call by call. */
  readonly requests: Uint8Array[] = [];
  /** What each new call is told first. */
  backlog: (request: Uint8Array) => readonly Uint8Array[] = () => [];

  private constructor(path: string, answers: readonly string[], tls: ServerTls | null, host: string) {
    this.#path = path;
    this.#answers = answers;
    this.#tls = tls;
    this.#host = host;
  }

  /** `answers` are unary methods that answer with an empty message; `host` may be `unix:///path`. */
  static async start(
    path: string,
    answers: readonly string[],
    tls: ServerTls | null = null,
    host = '127.0.0.1',
  ): Promise<TestStreams> {
    const streams = new TestStreams(path, answers, tls, host);
    await streams.listen();
    return streams;
  }

  get address(): string {
    return this.#host.startsWith('unix:') ? this.#host : `${this.#host}:${this.#port}`;
  }

  get open(): number {
    return this.#calls.size;
  }

  /** Listens (again), on the port it had. */
  async listen(): Promise<void> {
    const methods = new Map<string, Method>([
      [
        this.#path,
        { kind: 'server-stream', handle: (request, { signal }) => this.#serve(Buffer.from(request), signal) },
      ],
    ]);
    for (const path of this.#answers) methods.set(path, { kind: 'unary', handle: () => new Uint8Array() });
    this.#server = grpcServer({ methods, tls: this.#tls, log: () => {}, limits: { graceMs: 0 } });
    this.#port = await this.#server.listen(this.#host, this.#port);
  }

  send(...messages: Uint8Array[]): void {
    for (const call of this.#calls) for (const message of messages) call.push(message);
  }

  /** Ends every open call, well or with an error. */
  end(error: GrpcError | null = null): void {
    for (const call of this.#calls) call.push(error);
  }

  /** Goes away, as a process that was killed. */
  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
  }

  async *#serve(request: Uint8Array, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    this.requests.push(request);
    const call = new OpenCall();
    for (const message of this.backlog(request)) call.push(message);
    this.#calls.add(call);
    try {
      yield* call.read(signal);
    } finally {
      this.#calls.delete(call);
    }
  }
}
