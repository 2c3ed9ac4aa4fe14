import type { Clock } from '@vibrissa/model';
import {
  type Ack,
  type BatchHeader,
  INGEST_VERSION,
  type IngestReply,
  type Welcome,
} from '@vibrissa/protocol/messages';
import { type Backoff, retryDelay } from '@vibrissa/protocol/node';
import type { Logger } from 'pino';
import type { Counts } from './counts.js';
import { AgentError } from './errors.js';
import { Session } from './session.js';
import type { Spool } from './spool.js';
import type { SpooledBatch } from './spool-segment.js';

export interface ShipperOptions {
  readonly url: string;
  readonly agent: string;
  readonly spool: Spool;
  readonly counts: Counts;
  readonly clock: Clock;
  readonly random: () => number;
  readonly backoff: Backoff;
  readonly log: Logger;
  /** Told when the server says that trying again cannot help. */
  readonly onRefused: (error: AgentError) => void;
  /** Told when the spool can be neither read nor written. */
  readonly onFailed: (error: unknown) => void;
  /** Told when the server has welcomed the agent or taken a batch, and when the connection is lost. */
  readonly onProgress: () => void;
}

/** How many batches may wait for an ack. */
const WINDOW = 8;
/** An attempt so late that the wait before it is the longest. */
const NO_HURRY = 1_000;
/** How much of a rejected line the log shows. */
const SHOWN_CHARACTERS = 200;
/** How many rejected lines of a batch the log shows. */
const SHOWN_ERRORS = 10;
/** The longest pause a server can ask for, ms. */
const LONGEST_PAUSE_MS = 60_000;

/** Carries batches from the spool to the server: in order, again after a break, and never more than the window. */
export class Shipper {
  readonly #options: ShipperOptions;
  #session: Session | null = null;
  #welcome: Welcome | null = null;
  #inFlight = new Map<number, SpooledBatch>();
  #sent = 0;
  #attempt = 0;
  #isPumping = false;
  #isStopped = false;
  #pause: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;

  constructor(options: ShipperOptions) {
    this.#options = options;
  }

  /** True while the server takes batches. */
  get isConnected(): boolean {
    return this.#welcome !== null;
  }

  start(): void {
    const { url, agent, spool, log } = this.#options;
    this.#retry = null;
    const session: Session = new Session(
      url,
      { agent, stream: spool.stream },
      {
        onReply: (reply) => {
          if (session === this.#session) this.#hear(reply);
        },
        onClose: (reason) => {
          if (session === this.#session) this.#lost(reason);
        },
      },
    );
    this.#session = session;
    log.debug({ url }, 'connecting');
  }

  /** Says that the spool has more. */
  wake(): void {
    this.#watch(this.#pump());
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (this.#pause !== null) clearTimeout(this.#pause);
    const session = this.#session;
    this.#session = null;
    this.#welcome = null;
    session?.close('the agent stops');
  }

  #hear(reply: IngestReply): void {
    if (reply.type === 'welcome') this.#watch(this.#begin(reply));
    else if (reply.type === 'ack') this.#watch(this.#settle(reply));
    else if (reply.type === 'slow-down') this.#rest(reply.waitMs);
    else this.#refused(reply.code, reply.message, reply.retry);
  }

  async #begin(welcome: Welcome): Promise<void> {
    const { spool, log, url } = this.#options;
    if (welcome.version !== INGEST_VERSION) {
      return this.#refused(
        'version',
        `it speaks version ${welcome.version} of the protocol, not ${INGEST_VERSION}`,
        false,
      );
    }
    const session = this.#session;
    await spool.acknowledgeThrough(welcome.sequence);
    if (session !== this.#session) return;
    log.info({ url, waiting: spool.pendingRecords }, 'connected');
    this.#inFlight.clear();
    this.#sent = welcome.sequence;
    this.#attempt = 0;
    this.#welcome = welcome;
    this.#options.counts.connections++;
    this.#options.onProgress();
    await this.#pump();
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#welcome !== null && this.#pause === null && this.#inFlight.size < WINDOW) {
        const sequence = this.#options.spool.after(this.#sent);
        if (sequence === null) break;
        await this.#send(sequence, this.#welcome);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  async #send(sequence: number, welcome: Welcome): Promise<void> {
    const { spool, clock, log } = this.#options;
    const batch = await spool.read(sequence);
    // The connection may have been replaced during the read: then the new one begins where it must.
    if (welcome !== this.#welcome) return;
    this.#sent = sequence;
    if (batch === null) {
      // Dropped for want of room meanwhile, or spoilt on disk: waiting for it would hold up the rest for ever.
      return this.#giveUp(sequence);
    }
    const bytes = Buffer.byteLength(batch.text);
    if (batch.numbers.length > welcome.maxBatchRecords || bytes > welcome.maxBatchBytes) {
      log.error(
        { records: batch.numbers.length, most: welcome.maxBatchRecords, bytes },
        'the server takes no batch so large; dropped: set VIBRISSA_AGENT_BATCH_RECORDS lower',
      );
      return this.#giveUp(sequence);
    }
    this.#inFlight.set(sequence, batch);
    const header: BatchHeader = { type: 'batch', sequence, sentAt: clock.now(), dropped: spool.dropped };
    this.#session?.send(`${JSON.stringify(header)}\n${batch.text}`);
    this.#options.counts.sent += batch.numbers.length;
  }

  async #giveUp(sequence: number): Promise<void> {
    await this.#options.spool.giveUp(sequence);
    this.#options.onProgress();
  }

  async #settle(ack: Ack): Promise<void> {
    const { spool, counts, onProgress } = this.#options;
    const batch = this.#inFlight.get(ack.sequence);
    if (batch === undefined) return;
    this.#inFlight.delete(ack.sequence);
    counts.accepted += ack.accepted;
    counts.duplicate += ack.duplicate;
    counts.rejected += ack.rejected;
    this.#logRejected(ack, batch);
    await spool.acknowledge(ack.sequence);
    onProgress();
    await this.#pump();
  }

  #logRejected({ errors, rejected }: Ack, batch: SpooledBatch): void {
    const { log } = this.#options;
    const shown = errors.slice(0, SHOWN_ERRORS);
    const lines = shown.length === 0 ? [] : batch.text.split('\n');
    for (const { line, field, reason, remedy } of shown) {
      const text = lines[line - 1]?.slice(0, SHOWN_CHARACTERS);
      log.warn(
        { line: batch.numbers[line - 1], field, reason, remedy, text },
        'the server rejected a record',
      );
    }
    const more = rejected - shown.length;
    if (more > 0) log.warn({ records: more }, 'more records of this batch were rejected');
  }

  #watch(work: Promise<void>): void {
    work.catch(this.#options.onFailed);
  }

  #rest(waitMs: number): void {
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#options.counts.slowDowns++;
    this.#pause = setTimeout(
      () => {
        this.#pause = null;
        this.#watch(this.#pump());
      },
      Math.min(waitMs, LONGEST_PAUSE_MS),
    );
  }

  #refused(code: string, message: string, retry: boolean): void {
    const { log, onRefused } = this.#options;
    const text = `the server refused this agent: ${message}`;
    if (retry) {
      log.warn({ code }, text);
    } else {
      // No use to hurry: only a person can change it, here or at the server.
      this.#attempt = NO_HURRY;
      log.error({ code }, text);
      onRefused(new AgentError(code, text));
    }
    this.#session?.close(message);
  }

  #lost(reason: string): void {
    this.#session = null;
    this.#welcome = null;
    this.#inFlight.clear();
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = null;
    if (this.#isStopped) return;
    this.#options.onProgress();
    const waitMs = retryDelay(this.#attempt, this.#options.backoff, this.#options.random);
    this.#attempt++;
    this.#options.log.warn({ reason, waitMs }, 'not connected; records wait in the spool');
    this.#retry = setTimeout(() => this.start(), waitMs);
  }
}
