/** Entries a page holds. Pages are added, never copied, so that growth does not stall the event loop. */
export const PAGE = 1 << 14;
const SHIFT = 14;
const MASK = PAGE - 1;

/** A growing array of records of `width` unsigned 32-bit words. */
export class PagedWords {
  readonly #pages: Uint32Array[] = [];

  constructor(readonly width: number) {}

  /** Makes room for the entry. */
  reserve(index: number): void {
    while (this.#pages.length <= index >>> SHIFT) this.#pages.push(new Uint32Array(PAGE * this.width));
  }

  get(index: number, word: number): number {
    return (this.#pages[index >>> SHIFT] as Uint32Array)[(index & MASK) * this.width + word] as number;
  }

  set(index: number, word: number, value: number): void {
    (this.#pages[index >>> SHIFT] as Uint32Array)[(index & MASK) * this.width + word] = value;
  }
}

/** A growing array of records of `width` doubles. */
export class PagedFloats {
  readonly #pages: Float64Array[] = [];

  constructor(readonly width: number) {}

  /** Makes room for the entry. */
  reserve(index: number): void {
    while (this.#pages.length <= index >>> SHIFT) this.#pages.push(new Float64Array(PAGE * this.width));
  }

  get(index: number, word: number): number {
    return (this.#pages[index >>> SHIFT] as Float64Array)[(index & MASK) * this.width + word] as number;
  }

  set(index: number, word: number, value: number): void {
    (this.#pages[index >>> SHIFT] as Float64Array)[(index & MASK) * this.width + word] = value;
  }
}
