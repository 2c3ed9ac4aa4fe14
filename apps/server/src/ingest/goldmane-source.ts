import { type Millis, millis } from '@vibrissa/model';
import {
  GOLDMANE_LIST,
  GOLDMANE_STREAM,
  GoldmaneReader,
  isProblem,
  writeGoldmaneProbe,
  writeGoldmaneStream,
} from '@vibrissa/protocol';
import type { LineError } from '@vibrissa/protocol/messages';
import { packMessages, unpackMessages } from '../packed-messages.js';
import type { Take } from './accept-flows.js';
import type { ReplayedEntry } from './journal.js';
import type { ReadLines } from './read-lines.js';
import type { SourceMeter } from './sources.js';
import { TakenSums } from './taken-sums.js';
import type { Follower, Link, UpstreamParts } from './upstream.js';

/**
 * How far back Goldmane is asked, ms. It holds an hour, and tells nothing of the past at all when it is asked for
 * more than it holds.
 */
const HELD_BY_GOLDMANE_MS = 59 * 60_000;

/** How long Goldmane may take to answer a question about one second, ms. */
const PROBE_MS = 10_000;

/** Follows a Goldmane beside which this server was put. */
export class GoldmaneFollower implements Follower {
  readonly #name: string;
  readonly #parts: UpstreamParts;
  readonly #reader = new GoldmaneReader();
  readonly #taken = new TakenSums();

  constructor(name: string, parts: UpstreamParts) {
    this.#name = name;
    this.#parts = parts;
  }

  async follow({ client, signal, meter, live }: Link): Promise<void> {
    // A stream is silent until the next bucket is due, so something else has to show that anyone is there.
    await client.unary(GOLDMANE_LIST, writeGoldmaneProbe(), signal, { timeoutMs: PROBE_MS });
    live();
    const { from, missedMs } = this.#from();
    if (missedMs > 0) {
      const minutes = Math.max(1, Math.round(missedMs / 60_000));
      meter.state(
        'live',
        `${minutes} min of flows are missing: Goldmane holds an hour, and the break was longer`,
      );
    }
    this.#taken.newStream();
    this.#keep([], true);
    for await (const batch of client.serverStream(GOLDMANE_STREAM, writeGoldmaneStream(from), signal)) {
      this.#take(batch, meter);
    }
  }

  /** Hears again what an earlier run of the server was told, so that of what is told anew only the new counts. */
  replay({ meta, payload }: ReplayedEntry): void {
    if (meta.begins === true) this.#taken.newStream();
    const batch = [...unpackMessages(payload)];
    this.#parts.accept.batch(0, (take) => this.#read(batch, take, () => {}));
  }

  /** Where to begin, and how much between there and where it ended is gone, ms. */
  #from(): { readonly from: Millis; readonly missedMs: number } {
    const now = this.#parts.clock.now();
    const oldest = millis(Math.max(this.#parts.heldSince(), now - HELD_BY_GOLDMANE_MS));
    const resume = this.#taken.resumeAt;
    if (resume === null) return { from: oldest, missedMs: 0 };
    return resume >= oldest ? { from: resume, missedMs: 0 } : { from: oldest, missedMs: oldest - resume };
  }

  #take(batch: readonly Uint8Array[], meter: SourceMeter): void {
    let newest = 0;
    const { accepted, aside } = this.#parts.accept.batch(0, (take) =>
      this.#read(batch, take, (end) => {
        if (end > newest) newest = end;
      }),
    );
    this.#keep(batch, false);
    if (accepted > aside) meter.received(accepted - aside, millis(newest));
  }

  #keep(batch: readonly Uint8Array[], begins: boolean): void {
    const meta = { source: this.#name, begins };
    this.#parts.journal.append({ kind: 'upstream', meta, payload: packMessages(batch) });
  }

  #read(batch: readonly Uint8Array[], take: Take, saw: (end: Millis) => void): ReadLines {
    const errors: LineError[] = [];
    let aside = 0;
    for (let at = 0; at < batch.length; at++) {
      const record = this.#reader.readResult(batch[at] as Uint8Array);
      if (isProblem(record)) {
        const { field, reason, remedy } = record;
        errors.push({ line: at + 1, field, reason, remedy });
        continue;
      }
      const fresh = this.#taken.takeNew(record, record.keyDigest);
      if (fresh === null) {
        aside++;
        continue;
      }
      saw(record.end);
      const error = take(fresh, at + 1);
      if (error !== null) errors.push(error);
    }
    return { accepted: batch.length - errors.length, errors, aside, lost: 0 };
  }
}
