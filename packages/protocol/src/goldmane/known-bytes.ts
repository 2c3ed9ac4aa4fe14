/** Bytes are kept in pages that are added, never copied. */
const PAGE_SHIFT = 20;
const PAGE_BYTES = 1 << PAGE_SHIFT;
/** Words of an entry. */
const WIDTH = 3;
/** What is longer is not remembered: honest keys are a few hundred bytes. */
const LONGEST = 1 << 14;
/** How far a value may stand from its place; what finds no room there is not remembered. */
const MOST_PROBES = 64;
const EMPTY = -1;

/**
 * What is known by a stretch of bytes, for the most recently used ones: two generations, of which the older is
 * forgotten when the younger is full. Looking up allocates nothing. Bounded by entries and by bytes; however the
 * bytes are chosen, a look-up compares only a few.
 */
export class KnownBytes<Value> {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #young = new Generation<Value>();
  #old = new Generation<Value>();
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  get(bytes: Buffer, from: number, to: number): Value | undefined {
    const view = this.#viewOf(bytes);
    const start = bytes.byteOffset + from;
    const end = bytes.byteOffset + to;
    const hash = hashOf(view, start, end);
    const young = this.#young.get(hash, view, start, end);
    if (young !== undefined) return young;
    const old = this.#old.get(hash, view, start, end);
    if (old !== undefined) this.#add(hash, bytes, from, to, old);
    return old;
  }

  set(bytes: Buffer, from: number, to: number, value: Value): void {
    const hash = hashOf(this.#viewOf(bytes), bytes.byteOffset + from, bytes.byteOffset + to);
    this.#add(hash, bytes, from, to, value);
  }

  /** A view reads four bytes in one go. Messages that came together share their memory, and so the view. */
  #viewOf({ buffer }: Buffer): DataView {
    if (this.#view.buffer !== buffer) this.#view = new DataView(buffer);
    return this.#view;
  }

  #add(hash: number, bytes: Buffer, from: number, to: number, value: Value): void {
    const length = to - from;
    if (length > LONGEST) return;
    if (this.#young.size >= this.#maxEntries || this.#young.bytes + length > this.#maxBytes) {
      this.#old = this.#young;
      this.#young = new Generation();
    }
    this.#young.add(hash, bytes, from, to, value);
  }
}

class Generation<Value> {
  #slots = new Int32Array(1024).fill(EMPTY);
  /** Hash, start and length of each entry, side by side: what is far apart in memory takes most of a look-up. */
  #entries = new Int32Array(512 * WIDTH);
  readonly #values: Value[] = [];
  readonly #pages: Page[] = [];
  /** Where the next bytes go, over all pages. */
  #top = 0;

  get size(): number {
    return this.#values.length;
  }

  get bytes(): number {
    return this.#top;
  }

  get(hash: number, view: DataView, from: number, to: number): Value | undefined {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const entry = slots[(hash + probe) & mask] as number;
      if (entry === EMPTY) return undefined;
      if (this.#entries[entry * WIDTH] === hash && this.#isEqual(entry, view, from, to)) {
        return this.#values[entry];
      }
    }
    return undefined;
  }

  add(hash: number, bytes: Buffer, from: number, to: number, value: Value): void {
    if (this.#values.length * 2 >= this.#slots.length) this.#grow();
    const at = this.#free(hash);
    if (at === EMPTY) return;
    const length = to - from;
    if ((this.#top % PAGE_BYTES) + length > PAGE_BYTES) this.#top = this.#pages.length * PAGE_BYTES;
    const page = this.#top >>> PAGE_SHIFT;
    if (page === this.#pages.length) this.#pages.push(newPage());
    bytes.copy((this.#pages[page] as Page).bytes, this.#top % PAGE_BYTES, from, to);
    const entry = this.#values.length;
    this.#slots[at] = entry;
    this.#entries[entry * WIDTH] = hash;
    this.#entries[entry * WIDTH + 1] = this.#top;
    this.#entries[entry * WIDTH + 2] = length;
    this.#values.push(value);
    this.#top += length;
  }

  #isEqual(entry: number, view: DataView, from: number, to: number): boolean {
    const length = this.#entries[entry * WIDTH + 2] as number;
    if (length !== to - from) return false;
    const start = this.#entries[entry * WIDTH + 1] as number;
    const page = this.#pages[start >>> PAGE_SHIFT] as Page;
    return isSame(page.view, start & (PAGE_BYTES - 1), view, from, length);
  }

  /** The first free slot near the place of the hash, or EMPTY. */
  #free(hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const at = (hash + probe) & mask;
      if (slots[at] === EMPTY) return at;
    }
    return EMPTY;
  }

  #grow(): void {
    const { length } = this.#slots;
    this.#slots = new Int32Array(length * 2).fill(EMPTY);
    const entries = this.#entries;
    this.#entries = new Int32Array(length * WIDTH);
    this.#entries.set(entries);
    for (let entry = 0; entry < this.#values.length; entry++) {
      const at = this.#free(entries[entry * WIDTH] as number);
      if (at !== EMPTY) this.#slots[at] = entry;
    }
  }
}

interface Page {
  readonly bytes: Buffer;
  readonly view: DataView;
}

function newPage(): Page {
  const bytes = Buffer.allocUnsafeSlow(PAGE_BYTES);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** A signed 32-bit hash of eight bytes at a time, in two halves that do not wait for each other. */
function hashOf(view: DataView, from: number, to: number): number {
  let even = 0x9e3779b9 ^ (to - from);
  let odd = 0x7f4a7c15;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    even = Math.imul(even ^ view.getInt32(at, true), 0x85ebca6b);
    odd = Math.imul(odd ^ view.getInt32(at + 4, true), 0xcc9e2d51);
    even ^= even >>> 15;
    odd ^= odd >>> 13;
  }
  for (; at < to; at++) {
    even = Math.imul(even ^ view.getUint8(at), 0x85ebca6b);
    even ^= even >>> 15;
  }
  const hash = Math.imul(even ^ ((odd << 16) | (odd >>> 16)), 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}

function isSame(a: DataView, aFrom: number, b: DataView, bFrom: number, length: number): boolean {
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    if (a.getInt32(aFrom + at, true) !== b.getInt32(bFrom + at, true)) return false;
  }
  for (; at < length; at++) if (a.getUint8(aFrom + at) !== b.getUint8(bFrom + at)) return false;
  return true;
}
