/** The longest line that is kept, in bytes; the server takes none that long. */
const MAX_LINE_BYTES = 262_144;
const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);

/** Turns bytes into numbered lines. Blank lines are counted and left out, overlong ones are given up. */
export class LineSplitter {
  #rest: Buffer = NOTHING;
  #isSkipping = false;

  /** Starts after `offset` bytes and `line` lines of what is read. */
  constructor(
    public offset = 0,
    public line = 0,
    readonly onOverlong: (line: number) => void = () => {},
  ) {}

  /** Bytes fed that no line has been made of. */
  get waiting(): number {
    return this.#rest.length;
  }

  feed(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
  }

  /** Up to `most` complete lines; `offset` and `line` move past them. */
  take(most: number): { readonly lines: string[]; readonly numbers: number[] } {
    const lines: string[] = [];
    const numbers: number[] = [];
    let at = 0;
    while (lines.length < most) {
      const end = this.#rest.indexOf(NEWLINE, at);
      if (end < 0) break;
      this.line++;
      const text = this.#isSkipping ? '' : textOf(this.#rest.subarray(at, end));
      this.#isSkipping = false;
      if (text !== '') {
        lines.push(text);
        numbers.push(this.line);
      }
      at = end + 1;
    }
    this.#advance(at);
    if (this.#rest.length > MAX_LINE_BYTES && lines.length < most) this.#skip();
    return { lines, numbers };
  }

  /** What follows the last line end, as a line. */
  takeRest(): { readonly lines: string[]; readonly numbers: number[] } {
    const text = this.#isSkipping ? '' : textOf(this.#rest);
    this.#advance(this.#rest.length);
    if (text === '') return { lines: [], numbers: [] };
    this.line++;
    return { lines: [text], numbers: [this.line] };
  }

  #skip(): void {
    if (!this.#isSkipping) this.onOverlong(this.line + 1);
    this.#isSkipping = true;
    this.#advance(this.#rest.length);
  }

  #advance(bytes: number): void {
    this.offset += bytes;
    this.#rest = this.#rest.subarray(bytes);
  }
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').trim();
}
