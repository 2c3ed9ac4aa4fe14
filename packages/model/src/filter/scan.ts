import { OPERATORS, type Operator } from './tree.js';

const WORD = /[\p{L}\p{M}\p{N}_.*/:@-]+/uy;
const VALUE = /[\p{L}\p{M}\p{N}_.*/:@-][\p{L}\p{M}\p{N}_.*/:@=-]*/uy;
const SPACE = /\s*/y;

/** Longer first, so that `>=` is not read as `>`; `==` is what programmers type for `=`. */
const SPELLINGS: readonly (readonly [string, Operator])[] = [
  ['==', '='],
  ...[...OPERATORS].sort((a, b) => b.length - a.length).map((op) => [op, op] as const),
];

/** A stretch of the text, and what it says. */
export interface Token {
  readonly from: number;
  readonly to: number;
  readonly value: string;
  /** False for a quotation that does not end. */
  readonly closed: boolean;
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** The first position at or after `at` that is no space. */
export function skipSpace(text: string, at: number): number {
  return at + match(SPACE, text, at).length;
}

/** The operator at a position. */
export function readOperator(
  text: string,
  at: number,
): { readonly op: Operator; readonly to: number } | null {
  for (const [spelling, op] of SPELLINGS) {
    if (text.startsWith(spelling, at)) return { op, to: at + spelling.length };
  }
  return null;
}

/** A field name or plain word at a position. */
export function readWord(text: string, at: number): Token | null {
  return bare(WORD, text, at);
}

/** A value at a position: bare, or in quotes. */
export function readValue(text: string, at: number): Token | null {
  return readQuoted(text, at) ?? bare(VALUE, text, at);
}

function bare(pattern: RegExp, text: string, at: number): Token | null {
  const value = match(pattern, text, at);
  return value === '' ? null : { from: at, to: at + value.length, value, closed: true };
}

/** A quotation at a position; `\"` and `\\` stand for the character itself. */
export function readQuoted(text: string, at: number): Token | null {
  if (text[at] !== '"') return null;
  let value = '';
  let i = at + 1;
  for (; i < text.length; i++) {
    const next = text[i + 1];
    if (text[i] === '"') return { from: at, to: i + 1, value, closed: true };
    if (text[i] === '\\' && (next === '"' || next === '\\')) i += 1;
    value += text[i];
  }
  return { from: at, to: text.length, value, closed: false };
}

const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not']);

export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word.toLowerCase());
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** A value as it is written after an operator, in quotes only where it needs them. */
export function valueText(value: string): string {
  return match(VALUE, value, 0) === value && value !== '' ? value : quoted(value);
}

/** A plain word as it is written, in quotes where it would be read as something else. */
export function wordText(word: string): string {
  const plain = match(WORD, word, 0) === word && !word.startsWith('-') && word !== '' && !isKeyword(word);
  return plain ? word : quoted(word);
}
