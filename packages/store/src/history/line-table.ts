import { PagedWords } from '../paged.js';
import { IdTable } from './id-table.js';

const LINE = 0;
const NEXT = 1;

/** Keys gathered into lines by what they have in common; the keys of a line form a list that 0 ends. */
export class LineTable {
  readonly lines: IdTable;
  readonly #heads = new PagedWords(1);
  readonly #members = new PagedWords(2);

  constructor(width: number) {
    this.lines = new IdTable(width);
  }

  /** Puts a key into the line of the tuple; returns the line. */
  add(key: number, tuple: Uint32Array): number {
    const line = Math.abs(this.lines.upsert(tuple));
    this.#join(key, line);
    return line;
  }

  /** Puts a loaded key into the line it had. */
  put(key: number, line: number, tuple: Uint32Array): void {
    if (this.lines.find(tuple) === 0) this.lines.put(line, tuple);
    this.#join(key, line);
  }

  /** The line of a key. */
  of(key: number): number {
    return this.#members.get(key, LINE);
  }

  /** The first key of a line; 0 when it has none. */
  first(line: number): number {
    return this.#heads.get(line, 0);
  }

  /** The key after this one in its line; 0 after the last. */
  next(key: number): number {
    return this.#members.get(key, NEXT);
  }

  #join(key: number, line: number): void {
    this.#heads.reserve(line);
    this.#members.reserve(key);
    this.#members.set(key, LINE, line);
    this.#members.set(key, NEXT, this.#heads.get(line, 0));
    this.#heads.set(line, 0, key);
  }
}
