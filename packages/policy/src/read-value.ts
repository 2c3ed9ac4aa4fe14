import type { ReadProblem } from './read-problem.js';

export type ValuePath = readonly (string | number)[];

/** Takes what a document gets wrong. */
export type Report = (severity: ReadProblem['severity'], path: ValuePath, message: string) => void;

const SHOWN = 60;

/**
 * A value of a parsed document that knows where it stands, so that whatever is wrong with it can be told.
 * Null and absent are one: API servers drop nulls.
 */
export class Value {
  constructor(
    private readonly given: unknown,
    readonly path: ValuePath,
    private readonly report: Report,
  ) {}

  get present(): boolean {
    return this.given !== undefined && this.given !== null;
  }

  /** Reports what is wrong with the value. */
  wrong(expected: string): void {
    this.report('error', this.path, `expected ${expected}, found ${shown(this.given)}`);
  }

  warn(message: string): void {
    this.report('warning', this.path, message);
  }

  get(key: string): Value {
    const record = this.record();
    const value = record !== null && Object.hasOwn(record, key) ? record[key] : undefined;
    return new Value(value, [...this.path, key], this.report);
  }

  /** Warns of fields that an API server would refuse or drop: most are typing errors. */
  only(...keys: readonly string[]): this {
    if (!this.present) return this;
    const record = this.record();
    if (record === null) {
      this.wrong('an object');
      return this;
    }
    for (const key of Object.keys(record)) {
      if (!keys.includes(key)) this.get(key).warn(`unknown field; known are ${keys.join(', ')}`);
    }
    return this;
  }

  items(): readonly Value[] {
    return this.list().map((item, index) => new Value(item, [...this.path, index], this.report));
  }

  /** The items as they were parsed. */
  list(): readonly unknown[] {
    if (!this.present) return [];
    if (Array.isArray(this.given)) return this.given;
    this.wrong('a list');
    return [];
  }

  /** Undefined when absent or no text. */
  text(what = 'a text'): string | undefined {
    if (!this.present) return undefined;
    if (typeof this.given === 'string') return this.given;
    this.wrong(`${what} (in quotes)`);
    return undefined;
  }

  /** Reports also when it is absent. */
  needText(what: string): string {
    const text = this.text(what);
    if (!this.present || text === '') this.wrong(what);
    return text ?? '';
  }

  number(what = 'a number'): number | undefined {
    if (!this.present) return undefined;
    if (typeof this.given === 'number' && Number.isFinite(this.given)) return this.given;
    this.wrong(what);
    return undefined;
  }

  /** A whole number between two bounds, both included. */
  integer(least: number, most: number): number | undefined {
    const what = `a whole number from ${least} to ${most}`;
    const number = this.number(what);
    if (number === undefined) return undefined;
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    this.wrong(what);
    return undefined;
  }

  truth(): boolean {
    if (!this.present) return false;
    if (typeof this.given === 'boolean') return this.given;
    this.wrong('true or false');
    return false;
  }

  /** A text or a number, as ports and protocols can be. */
  textOrNumber(what: string): string | number | undefined {
    if (!this.present) return undefined;
    if (typeof this.given === 'string' || typeof this.given === 'number') return this.given;
    this.wrong(what);
    return undefined;
  }

  oneOf<T extends string>(choices: readonly T[]): T | undefined {
    const text = this.text(listWords(choices));
    if (text === undefined) return undefined;
    const choice = choices.find((known) => known === text);
    if (choice === undefined) this.wrong(listWords(choices));
    return choice;
  }

  texts(what = 'a text'): readonly string[] {
    return this.items().flatMap((item) => item.text(what) ?? []);
  }

  /** Labels: an object of texts. */
  labels(): Readonly<Record<string, string>> {
    if (!this.present) return {};
    const record = this.record();
    if (record === null) {
      this.wrong('labels, an object of texts');
      return {};
    }
    return Object.fromEntries(
      Object.keys(record).flatMap((key) => {
        const text = this.get(key).text('a label value');
        return text === undefined ? [] : [[key, text] as const];
      }),
    );
  }

  private record(): Readonly<Record<string, unknown>> | null {
    const { given } = this;
    // What is an object and no list has keys; what they hold stays unknown.
    return typeof given === 'object' && given !== null && !Array.isArray(given)
      ? (given as Readonly<Record<string, unknown>>)
      : null;
  }
}

/** `Allow, Deny or Pass`. */
export function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** `spec.ingress[0].ports`. */
export function pathText(path: ValuePath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
