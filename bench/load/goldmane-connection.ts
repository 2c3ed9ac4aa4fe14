import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';

/** Bytes of a framed receipt, which has no fields. */
const RECEIPT = 5;

/** What a client shows of itself and whom it believes, in PEM; null speaks in plaintext. */
export interface LoadTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** One Felix as the server sees it: a stream of updates on a connection of its own. Receipts are only counted. */
export class GoldmaneConnection {
  readonly #session: ClientHttp2Session;
  readonly #stream: ClientHttp2Stream;
  #bytes = 0;
  #wanted = 0;
  #wake: (() => void) | null = null;
  #failure: Error | null = null;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
    this.#stream = session.request({
      ':method': 'POST',
      ':path': '/goldmane.FlowCollector/Connect',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    this.#stream.on('data', (chunk: Buffer) => {
      this.#bytes += chunk.byteLength;
      if (this.receipts >= this.#wanted) this.#wake?.();
    });
    this.#stream.on('error', (error) => this.#fail(error));
    this.#stream.on('trailers', (trailers) => {
      if (trailers['grpc-status'] !== '0')
        this.#fail(new Error(`the call ended: ${trailers['grpc-message']}`));
    });
  }

  static async open(port: number, tls: LoadTls | null): Promise<GoldmaneConnection> {
    const url = `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`;
    const session = connect(url, { ...tls, settings: { initialWindowSize: 1 << 20 } });
    await once(session, 'connect');
    return new GoldmaneConnection(session);
  }

  get receipts(): number {
    return this.#bytes / RECEIPT;
  }

  send(updates: Uint8Array): void {
    this.#stream.write(updates);
  }

  /** Resolves once there have been so many receipts. */
  async until(receipts: number): Promise<void> {
    if (this.receipts < receipts && this.#failure === null) {
      this.#wanted = receipts;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    if (this.#failure !== null) throw this.#failure;
  }

  async close(): Promise<void> {
    this.#stream.end();
    await once(this.#stream, 'close');
    this.#session.close();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}
