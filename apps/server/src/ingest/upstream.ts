import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, type Millis, millis } from '@vibrissa/model';
import { type Backoff, retryDelay } from '@vibrissa/protocol';
import { type ClientTls, type GrpcClient, GrpcError, GrpcStatus, grpcClient } from '@vibrissa/protocol/grpc';
import type { Logger } from '../logger.js';
import type { SourceSpec, TlsFiles } from '../source-config.js';
import type { AcceptFlows } from './accept-flows.js';
import type { Journal } from './journal.js';
import type { SourceMeter, Sources } from './sources.js';

const BACKOFF: Backoff = { first: 500, most: 30_000 };

/** A stream that held for this long was a good one: the next try after it comes soon, ms. */
const STEADY_MS = 30_000;

/** What a source needs of the server. */
export interface UpstreamParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly accept: AcceptFlows;
  readonly journal: Journal;
  readonly sources: Sources;
  /** The oldest moment the server holds. */
  readonly heldSince: () => Millis;
  readonly backoff?: Backoff;
}

/** One connection to a source. */
export interface Link {
  readonly client: GrpcClient;
  readonly signal: AbortSignal;
  readonly meter: SourceMeter;
  /** To be called once the source has answered. */
  live(): void;
}

/** How one kind of source is followed. Knows what was taken in, from one connection to the next. */
export interface Follower {
  /** Follows the source until it ends, or throws why it cannot be followed. */
  follow(link: Link): Promise<void>;
}

/** Answers after which only a change on either side helps. They are tried again all the same: someone may make it. */
const HOPELESS: ReadonlySet<GrpcStatus> = new Set([
  GrpcStatus.unimplemented,
  GrpcStatus.unauthenticated,
  GrpcStatus.permissionDenied,
  GrpcStatus.invalidArgument,
]);

/** Keeps one source followed: connects, and after every end connects again, for ever, with growing pauses. */
export class Upstream {
  readonly #spec: SourceSpec;
  readonly #parts: UpstreamParts;
  readonly #meter: SourceMeter;
  readonly #follower: Follower;
  readonly #ending = new AbortController();
  readonly #done: Promise<void>;

  constructor(spec: SourceSpec, parts: UpstreamParts, follower: Follower) {
    const { name, kind, address } = spec;
    this.#spec = spec;
    this.#parts = parts;
    this.#meter = parts.sources.register({ name, kind, target: address });
    this.#follower = follower;
    this.#done = this.#run();
  }

  /** Resolves once nothing more comes of it. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#done;
    this.#meter.close();
  }

  async #run(): Promise<void> {
    const { clock, random, log, backoff = BACKOFF } = this.#parts;
    const { signal } = this.#ending;
    const { name, kind } = this.#spec;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const { trouble, liveForMs } = await this.#once();
      if (signal.aborted) return;
      if (liveForMs >= STEADY_MS) attempt = 0;
      const wait = retryDelay(attempt, backoff, random);
      this.#meter.state(trouble.isHopeless ? 'failed' : 'waiting', trouble.words, millis(clock.now() + wait));
      log.warn({ source: name, kind, waitMs: wait, why: trouble.words }, 'a source is not connected');
      await sleep(wait, undefined, { signal }).catch(() => {});
    }
  }

  /** One connection from its beginning to its end. Never throws. */
  async #once(): Promise<{ readonly trouble: Trouble; readonly liveForMs: number }> {
    const { clock, log } = this.#parts;
    const { name, kind, address, tls } = this.#spec;
    let liveSince: Millis | null = null;
    let client: GrpcClient | null = null;
    let trouble: Trouble = { words: 'the source ended the stream', isHopeless: false };
    try {
      this.#meter.state('connecting');
      const files = tls === null ? null : readTls(tls);
      client = grpcClient({ target: address, tls: files });
      const live = () => {
        liveSince = clock.now();
        this.#meter.state('live');
        log.info({ source: name, kind, address }, 'a source is connected');
      };
      await this.#follower.follow({ client, signal: this.#ending.signal, meter: this.#meter, live });
    } catch (error) {
      trouble = troubleOf(error);
      if (!(error instanceof GrpcError) && !(error instanceof UpstreamFileError)) {
        log.error({ err: error, source: name }, 'a source failed in a way nobody foresaw');
      }
    } finally {
      client?.close();
    }
    return { trouble, liveForMs: liveSince === null ? 0 : clock.now() - liveSince };
  }
}

interface Trouble {
  readonly words: string;
  readonly isHopeless: boolean;
}

/** A certificate or key that cannot be read. */
class UpstreamFileError extends Error {
  readonly code = 'bad-tls-file';
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof GrpcError) return { words: error.message, isHopeless: HOPELESS.has(error.status) };
  return { words: error instanceof Error ? error.message : String(error), isHopeless: true };
}

function readTls({ ca, cert, key, serverName }: TlsFiles): ClientTls {
  return {
    ca: ca === undefined ? null : readPem(ca),
    ...(cert === undefined || key === undefined ? {} : { cert: readPem(cert), key: readPem(key) }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UpstreamFileError(`${path}: cannot be read (${why})`);
  }
}
