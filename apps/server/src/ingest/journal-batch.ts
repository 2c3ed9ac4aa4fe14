import type { JournalEntry } from './journal.js';
import { BODY_HEAD_BYTES, PREFIX_BYTES, seal, writeHead } from './journal-frame.js';
import type { Segment } from './journal-segments.js';

/** Room for what is written together, reused from batch to batch, bytes. */
const SLAB_BYTES = 1024 * 1024;

/** A payload from this size on is written from where it is instead of being copied, bytes. */
const COPY_BELOW = 16 * 1024;

/** Entries that are written together to one segment, laid out as bytes as they come. */
export class JournalBatch {
  /** Where they go; null while there are none. */
  segment: Segment | null = null;
  readonly #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #room = this.#slab;
  #from = 0;
  #used = 0;
  #chunks: Uint8Array[] = [];
  #entries = 0;
  #bytes = 0;
  #done = deferred();

  get entries(): number {
    return this.#entries;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when the batch is as safe as it will be. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  add({ kind, meta, payload }: JournalEntry, at: number, head: number): void {
    const about = JSON.stringify(meta);
    const metaBytes = Buffer.byteLength(about);
    const payloadBytes = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
    const apart = typeof payload !== 'string' && payloadBytes >= COPY_BELOW ? payload : null;
    const ahead = PREFIX_BYTES + BODY_HEAD_BYTES + metaBytes;
    const inside = ahead + (apart === null ? payloadBytes : 0);
    this.#ensure(inside);
    const start = this.#used;
    writeHead(this.#room, start, { kind, at, metaBytes, head });
    this.#room.write(about, start + PREFIX_BYTES + BODY_HEAD_BYTES, 'utf8');
    if (typeof payload === 'string') this.#room.write(payload, start + ahead, 'utf8');
    else if (apart === null) this.#room.set(payload, start + ahead);
    seal(this.#room, start, inside - PREFIX_BYTES, apart);
    this.#used += inside;
    if (apart !== null) {
      this.#cut();
      this.#chunks.push(apart);
    }
    this.#entries++;
    this.#bytes += ahead + payloadBytes;
  }

  /** All of it, to be written in this order. */
  chunks(): readonly Uint8Array[] {
    this.#cut();
    return this.#chunks;
  }

  /** Empties the batch, written or not, for the next entries; returns what resolves `done` of those it had. */
  settle(): () => void {
    const { resolve } = this.#done;
    this.segment = null;
    this.#room = this.#slab;
    this.#from = 0;
    this.#used = 0;
    this.#chunks = [];
    this.#entries = 0;
    this.#bytes = 0;
    this.#done = deferred();
    return resolve;
  }

  #ensure(bytes: number): void {
    if (this.#used + bytes <= this.#room.length) return;
    this.#cut();
    this.#room = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, bytes));
    this.#from = 0;
    this.#used = 0;
  }

  #cut(): void {
    if (this.#used > this.#from) this.#chunks.push(this.#room.subarray(this.#from, this.#used));
    this.#from = this.#used;
  }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
