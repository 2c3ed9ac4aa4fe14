/** Bytes are kept in pages that are added, never copied. */
const PAGE_SHIFT = 20;
const PAGE_BYTES = 1 << PAGE_SHIFT;
/** Up to this length comparing takes less than asking for it to be done natively. */
const COMPARED_HERE = 192;
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

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  get(bytes: Buffer, from: number, to: number): Value | undefined {
    const hash = hashOf(bytes, from, to);
    const young = this.#young.get(hash, bytes, from, to);
    if (young !== undefined) return young;
    const old = this.#old.get(hash, bytes, from, to);
    if (old !== undefined) this.#add(hash, bytes, from, to, old);
    return old;
  }

  set(bytes: Buffer, from: number, to: number, value: Value): void {
    this.#add(hashOf(bytes, from, to), bytes, from, to, value);
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
  readonly #pages: Buffer[] = [];
  /** Where the next bytes go, over all pages. */
  #top = 0;

  get size(): number {
    return this.#values.length;
  }

  get bytes(): number {
    return this.#top;
  }

  get(hash: number, bytes: Buffer, from: number, to: number): Value | undefined {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const entry = slots[(hash + probe) & mask] as number;
      if (entry === EMPTY) return undefined;
      if (this.#entries[entry * WIDTH] === hash && this.#isEqual(entry, bytes, from, to)) {
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
    if (page === this.#pages.length) this.#pages.push(Buffer.allocUnsafeSlow(PAGE_BYTES));
    bytes.copy(this.#pages[page] as Buffer, this.#top % PAGE_BYTES, from, to);
    const entry = this.#values.length;
    this.#slots[at] = entry;
    this.#entries[entry * WIDTH] = hash;
    this.#entries[entry * WIDTH + 1] = this.#top;
    this.#entries[entry * WIDTH + 2] = length;
    this.#values.push(value);
    this.#top += length;
  }

  #isEqual(entry: number, bytes: Buffer, from: number, to: number): boolean {
    const length = this.#entries[entry * WIDTH + 2] as number;
    if (length !== to - from) return false;
    const start = this.#entries[entry * WIDTH + 1] as number;
    const page = this.#pages[start >>> PAGE_SHIFT] as Buffer;
    const at = start & (PAGE_BYTES - 1);
    if (length > COMPARED_HERE) return bytes.compare(page, at, at + length, from, to) === 0;
    return isSame(page, at, bytes, from, length);
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

/** A signed 32-bit hash. Four bytes at a time: half of what a look-up costs is here. */
function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0x9e3779b9 ^ (to - from);
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const word =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    hash = Math.imul(hash ^ word, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  for (; at < to; at++) {
    hash = Math.imul(hash ^ (bytes[at] as number), 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}

function isSame(a: Buffer, aFrom: number, b: Buffer, bFrom: number, length: number): boolean {
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    if (
      a[aFrom + at] !== b[bFrom + at] ||
      a[aFrom + at + 1] !== b[bFrom + at + 1] ||
      a[aFrom + at + 2] !== b[bFrom + at + 2] ||
      a[aFrom + at + 3] !== b[bFrom + at + 3]
    ) {
      return false;
    }
  }
  for (; at < length; at++) if (a[aFrom + at] !== b[bFrom + at]) return false;
  return true;
}
