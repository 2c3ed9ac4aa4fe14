import type { Comparison } from './selector.js';
import { SelectorSyntaxError } from './selector-syntax-error.js';

export type SelectorTokenKind =
  | Comparison
  | ('in' | 'not-in' | 'and' | 'or' | 'not' | 'has' | 'all' | 'global')
  | ('(' | ')' | '{' | '}' | ',' | 'label' | 'text' | 'end');

/** A word or sign of a selector expression; `value` is the label or the text between the quotes. */
export interface SelectorToken {
  readonly kind: SelectorTokenKind;
  readonly value: string;
  /** Where it begins, counted in characters from 0. */
  readonly at: number;
}

const MAX_LABEL = 512;
/** Calico refuses a line break: only spaces and tabs are blank. */
const BLANK = /[ \t]*/y;
const LABEL = /[A-Za-z0-9_./-]+/y;
const CALL = /(has|all|global)\(/y;

const SIGNS: readonly (readonly [string, SelectorTokenKind])[] = [
  ['==', 'eq'],
  ['!=', 'ne'],
  ['&&', 'and'],
  ['||', 'or'],
  ['!', 'not'],
  ['(', '('],
  [')', ')'],
  ['{', '{'],
  ['}', '}'],
  [',', ','],
];

/** Words are operators only behind a label, so that a label may be called `contains`. */
const OPERATORS: readonly (readonly [RegExp, SelectorTokenKind])[] = [
  [/contains\b/y, 'contains'],
  [/starts[ \t]*with\b/y, 'starts-with'],
  [/ends[ \t]*with\b/y, 'ends-with'],
  [/not[ \t]*in\b/y, 'not-in'],
  [/in\b/y, 'in'],
];

/** What an expression is missing behind a label. */
export function expectedOperator(label: string): string {
  return `Expected ==, !=, in, not in, contains, starts with or ends with after ${label}`;
}

/**
 * Splits a selector expression into its words and signs; the last token is `end`.
 * @throws SelectorSyntaxError
 */
export function selectorTokens(expression: string): readonly SelectorToken[] {
  const tokens: SelectorToken[] = [];
  const scanner = new Scanner(expression);
  for (;;) {
    const token = scanner.next(tokens.at(-1));
    tokens.push(token);
    if (token.kind === 'end') return tokens;
  }
}

class Scanner {
  private at = 0;

  constructor(private readonly text: string) {}

  next(last: SelectorToken | undefined): SelectorToken {
    this.take(BLANK);
    const at = this.at;
    if (at === this.text.length) return { kind: 'end', value: '', at };
    const quote = this.text[at];
    if (quote === '"' || quote === "'") return { kind: 'text', value: this.quoted(quote), at };
    for (const [sign, kind] of SIGNS) {
      if (!this.text.startsWith(sign, at)) continue;
      this.at += sign.length;
      return { kind, value: '', at };
    }
    if (last?.kind === 'label') return { kind: this.operator(last.value), value: '', at };
    return this.operand(at);
  }

  private operator(label: string): SelectorTokenKind {
    for (const [pattern, kind] of OPERATORS) if (this.take(pattern) !== null) return kind;
    return this.fail(expectedOperator(label));
  }

  private operand(at: number): SelectorToken {
    const call = this.take(CALL)?.slice(0, -1);
    if (call === undefined) return { kind: 'label', value: this.label(), at };
    this.take(BLANK);
    const value = call === 'has' ? this.label() : '';
    this.take(BLANK);
    if (this.text[this.at] !== ')') this.fail('Expected )');
    this.at += 1;
    return { kind: call === 'has' ? 'has' : call === 'all' ? 'all' : 'global', value, at };
  }

  private label(): string {
    const label = this.take(LABEL);
    if (label === null) this.fail('Expected a label');
    if (label.length > MAX_LABEL) this.fail(`A label has at most ${MAX_LABEL} characters`);
    return label;
  }

  /** Nothing can be escaped inside quotes. */
  private quoted(quote: string): string {
    const end = this.text.indexOf(quote, this.at + 1);
    if (end < 0) this.fail(`Expected the closing ${quote}`);
    const value = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return value;
  }

  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  private fail(message: string): never {
    throw new SelectorSyntaxError(message, this.text, this.at);
  }
}
