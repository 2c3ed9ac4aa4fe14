import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Clock } from '@vibrissa/model';
import type { Backoff } from '@vibrissa/protocol/node';
import type { Config } from './config.js';
import { type Counts, newCounts } from './counts.js';
import { AgentError } from './errors.js';
import { gather } from './gather.js';
import { serveHealth } from './health.js';
import type { Logger } from './logger.js';
import { restamp } from './restamp.js';
import { Shipper } from './shipper.js';
import type { FlowSource, Piece } from './sources/flow-source.js';
import { mergeSources, type SourceState } from './sources/merge-sources.js';
import { openSources } from './sources/open-sources.js';
import { Spool } from './spool.js';

export interface AgentParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly input: Readable;
}

/** What became of the records of a run. */
export interface Summary extends Pick<Counts, 'read' | 'accepted' | 'duplicate' | 'rejected' | 'overlong'> {
  readonly dropped: number;
  /** Still in the spool. */
  readonly waiting: number;
}

const BACKOFF: Backoff = { first: 500, most: 30_000 };
const MOST_BATCH_BYTES = 1_048_576;

/**
 * Carries records from the source to the server until `stop` aborts, or until the source has ended and the
 * server has all of it. Throws AgentError for what only a person can change.
 */
export async function runAgent(parts: AgentParts, stop: AbortSignal): Promise<Summary> {
  const { config, clock, random, log } = parts;
  const counts = newCounts();
  const folder = config.temporarySpool ? await mkdtemp(join(tmpdir(), 'vibrissa-agent-')) : config.spool;
  const spool = await openSpool(folder, config, log);
  const failed = new AbortController();
  const signal = AbortSignal.any([stop, failed.signal]);
  const ended = new AbortController();
  const progress = new Progress(signal);
  let refusal: AgentError | null = null;
  const shipper = new Shipper({
    url: config.server,
    agent: config.name,
    spool,
    counts,
    clock,
    random,
    backoff: BACKOFF,
    log,
    onRefused: (error) => {
      refusal = error;
      progress.tell();
    },
    onProgress: () => {
      if (shipper.isConnected) refusal = null;
      progress.tell();
    },
    onFailed: (error) => failed.abort(error),
  });
  let states: readonly SourceState[] = [];
  let stopHealth = () => {};
  try {
    if (!config.once) {
      const health = await serveHealth(config.healthHost, config.healthPort, () => ({
        isConnected: shipper.isConnected,
        refusal: refusal?.message ?? null,
        pendingRecords: spool.pendingRecords,
        spoolBytes: spool.bytes,
        dropped: spool.dropped,
        sources: states,
        counts,
      }));
      stopHealth = health.close;
      log.info({ port: health.port }, 'health endpoint listens');
    }
    shipper.start();
    const source = await openSource(parts, spool, counts, AbortSignal.any([signal, ended.signal]), (now) => {
      states = now;
    });
    log.info({ source: source.name, server: config.server, waiting: spool.pendingRecords }, 'agent started');
    const limits = { maxRecords: config.batchRecords, maxBytes: MOST_BATCH_BYTES, waitMs: config.batchMs };
    for await (const piece of gather(source.pieces(signal), limits)) {
      counts.read += piece.lines.length;
      const batch = stamped(piece, config, clock);
      // A server that takes records sets the pace, and so does a single run, where nothing will rotate away.
      // Otherwise the spool takes what comes and drops the oldest when it is full.
      const isPaced = () => (config.once || shipper.isConnected) && refusal === null;
      await progress.until(() => spool.hasRoomFor(batch) || !isPaced());
      if (config.once && refusal !== null) throw refusal;
      // Rather read it again after a restart than push something out for it now.
      if (signal.aborted && !spool.hasRoomFor(batch)) break;
      await spool.append(batch);
      shipper.wake();
    }
    await progress.until(() => spool.isEmpty || (config.once && refusal !== null));
    failed.signal.throwIfAborted();
    if (config.once && refusal !== null) throw refusal;
    return summaryOf(counts, spool);
  } finally {
    ended.abort();
    stopHealth();
    shipper.stop();
    await spool.close();
    if (config.temporarySpool) await rm(folder, { recursive: true, force: true });
  }
}

async function openSpool(folder: string, config: Config, log: Logger): Promise<Spool> {
  try {
    return await Spool.open({
      folder,
      maxBytes: config.spoolBytes,
      newStream: randomUUID,
      onLoss: (loss, records) =>
        loss === 'full'
          ? log.warn({ records }, 'the spool is full; the oldest records were dropped')
          : log.warn('the spool ended in a half-written batch, which was cut off; its lines are read again'),
    });
  } catch (error) {
    if (error instanceof AgentError || !(error instanceof Error)) throw error;
    throw new AgentError(
      'bad-spool',
      `VIBRISSA_AGENT_SPOOL=${JSON.stringify(folder)}: wants a folder the agent can write to: ${error.message}`,
    );
  }
}

/** One source as it is; of several, those that fail are begun again while the others go on. */
async function openSource(
  parts: AgentParts,
  spool: Spool,
  counts: Counts,
  signal: AbortSignal,
  onState: (states: readonly SourceState[]) => void,
): Promise<FlowSource> {
  const { config, random, log } = parts;
  const sources = await openSources({ ...parts, spool, counts }, signal);
  const [only] = sources;
  if (only !== undefined && config.sources.join() === 'file') {
    onState([{ name: only.name, state: 'running', reason: null, restarts: 0 }]);
    return only;
  }
  return mergeSources({ sources, backoff: BACKOFF, random, log, onState, once: config.once });
}

function stamped(piece: Piece, config: Config, clock: Clock): Piece {
  if (config.stamp === 'record') return piece;
  const now = clock.now();
  return { ...piece, lines: piece.lines.map((line) => restamp(line, now)) };
}

function summaryOf({ read, accepted, duplicate, rejected, overlong }: Counts, spool: Spool): Summary {
  return {
    read,
    accepted,
    duplicate,
    rejected,
    overlong,
    dropped: spool.dropped,
    waiting: spool.pendingRecords,
  };
}

/** Lets one wait for something to have happened. */
class Progress {
  #waiting: (() => void)[] = [];

  constructor(readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.tell());
  }

  tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when the condition holds, or the signal has aborted. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition() && !this.signal.aborted) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
