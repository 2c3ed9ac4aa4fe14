import { type GrpcClient, GrpcError, type GrpcStatus, grpcClient } from '@vibrissa/protocol/grpc';
import { GoldmaneCalls } from '@vibrissa/protocol/testing';
import type { RunningServer } from '../server.js';
import { HandClock, testServer } from '../test-server.js';
import { BEGIN, BUCKET_MS, type FlowSpec, flowRecord } from './test-flows.js';

/** A whole server whose time a test moves, and a client on its Goldmane port. */
export class ReaderTest {
  readonly #client: GrpcClient;
  readonly calls: GoldmaneCalls;

  private constructor(
    readonly server: RunningServer,
    readonly clock: HandClock,
    readonly port: number,
  ) {
    this.#client = grpcClient({ target: `127.0.0.1:${port}`, tls: null });
    this.calls = new GoldmaneCalls(this.#client);
  }

  /** The time is the begin of a bucket, an hour and more after the oldest one held. */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<ReaderTest> {
    const clock = new HandClock(BEGIN);
    const server = await testServer({ VIBRISSA_GOLDMANE_PORT: '0', ...env }, clock);
    if (server.goldmane === null) throw new Error('its Goldmane port is off');
    return new ReaderTest(server, clock, server.goldmane.port);
  }

  /** The present, in seconds. */
  get now(): number {
    return this.clock.now() / 1_000;
  }

  get client(): GrpcClient {
    return this.#client;
  }

  /** Adds records that begin now, or when they say. */
  add(...specs: FlowSpec[]): void {
    for (const spec of specs)
      this.server.context.store.ring.append(flowRecord({ start: this.clock.now(), ...spec }));
  }

  /** Lets buckets end; time stands at the begin of the next. */
  roll(buckets = 1): void {
    for (let i = 0; i < buckets; i++) {
      this.clock.advance(BUCKET_MS - (this.clock.now() % BUCKET_MS));
      this.server.context.hub.tick();
      this.server.context.windows.tick();
    }
  }

  async end(): Promise<void> {
    this.#client.close();
    await this.server.close();
  }
}

/** How a call failed; null when it did not. */
export async function failure(
  call: Promise<unknown>,
): Promise<{ status: GrpcStatus; message: string } | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
    return { status: error.status, message: error.message };
  }
}
