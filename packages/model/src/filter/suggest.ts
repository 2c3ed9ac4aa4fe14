import { type Field, isNumberField } from './field.js';
import { FIELDS, findField } from './fields.js';
import { isKeyword, readOperator, readQuoted, readValue, readWord, skipSpace, valueText } from './scan.js';
import type { Operator } from './tree.js';

/** One thing to offer: `insert` replaces the range of the suggestion. */
export interface Completion {
  readonly insert: string;
  readonly label: string;
  readonly help: string;
}

/** What could stand at the caret, and the range `[from, to)` of the text that it would replace. */
export interface Suggestion {
  readonly from: number;
  readonly to: number;
  readonly kind: 'field' | 'operator' | 'value' | 'keyword';
  /** For values: the canonical field. With no items its values are known only to the server. */
  readonly field?: string;
  /** What is typed of it before the caret, without quotes. */
  readonly prefix: string;
  readonly items: readonly Completion[];
}

/** Completions at a caret (an offset into the text). Takes any text, finished or not, and never throws. */
export function suggest(text: string, caret: number): Suggestion {
  const at = Math.max(0, Math.min(text.length, Math.trunc(caret) || 0));
  let position = 0;
  let begun = false;
  for (;;) {
    position = skipSpace(text, position);
    if (at <= position || position >= text.length) return terms(at, at, '', false, begun);
    const quoted = readQuoted(text, position);
    if (quoted !== null) {
      if (at < quoted.to || !quoted.closed) return nothing(at);
      position = quoted.to;
      begun = true;
      continue;
    }
    const word = text[position] === '-' ? null : readWord(text, position);
    if (word === null) {
      begun = text[position] === ')';
      position += 1;
      continue;
    }
    const next = skipSpace(text, word.to);
    const operator = readOperator(text, next);
    if (at <= word.to) {
      return terms(word.from, word.to, text.slice(word.from, at), operator !== null, begun);
    }
    begun = !isKeyword(word.value);
    const field = findField(word.value);
    if (operator === null) {
      if (field !== undefined && at <= next) return operators(field, at, at, '');
      if (field !== undefined && text[next] === '!' && at === next + 1) {
        return operators(field, next, at, '!');
      }
      position = next;
      continue;
    }
    if (at < operator.to) return operators(field, next, operator.to, text.slice(next, Math.max(next, at)));
    const inside = valueAt(text, operator.to, at, field);
    if (typeof inside !== 'number') return inside;
    position = inside;
  }
}

/** The suggestion if the caret is in the list of values that begins at `start`, else where the list ends. */
function valueAt(text: string, start: number, at: number, field: Field | undefined): Suggestion | number {
  let position = start;
  for (;;) {
    const from = skipSpace(text, position);
    const value = readValue(text, from);
    if (at < from || (at === from && value === null)) return values(field, at, at, '');
    if (value === null) return from;
    if (at <= value.to) {
      const typed = text.slice(0, at);
      return values(field, value.from, value.to, readValue(typed, from)?.value ?? '');
    }
    const comma = skipSpace(text, value.to);
    if (text[comma] !== ',') return value.to;
    if (at <= comma) return nothing(at);
    position = comma + 1;
  }
}

function nothing(at: number): Suggestion {
  return { from: at, to: at, kind: 'keyword', prefix: '', items: [] };
}

const KEYWORD_HELP: readonly (readonly [string, string])[] = [
  ['and', 'Both sides; a space means the same.'],
  ['or', 'Either side.'],
  ['not', 'Not what follows; a leading - means the same.'],
];

function terms(from: number, to: number, prefix: string, hasOperator: boolean, begun: boolean): Suggestion {
  const typed = prefix.toLowerCase();
  const fields = rank(FIELDS, typed, (field) => [field.name, ...field.aliases]).map((field) => ({
    insert: hasOperator ? field.name : field.name + usualOperator(field),
    label: field.name,
    help: field.help,
  }));
  const keywords = KEYWORD_HELP.filter(
    ([word]) => !hasOperator && word.startsWith(typed) && (begun || word === 'not'),
  ).map(([word, help]) => ({ insert: `${word} `, label: word, help }));
  const kind = fields.length === 0 && keywords.length > 0 ? 'keyword' : 'field';
  return { from, to, kind, prefix, items: [...fields, ...keywords] };
}

function usualOperator(field: Field): Operator {
  return field.type === 'duration' ? '<' : field.type === 'bytes' ? '>' : '=';
}

const OPERATOR_HELP: Readonly<Record<Operator, string>> = {
  '=': 'is',
  '!=': 'is not',
  '~': 'contains',
  '!~': 'does not contain',
  '>': 'is more than',
  '>=': 'is at least',
  '<': 'is less than',
  '<=': 'is at most',
};

function operators(field: Field | undefined, from: number, to: number, prefix: string): Suggestion {
  const items = (field?.operators ?? [])
    .filter((op) => op.startsWith(prefix))
    .map((op) => ({ insert: op, label: op, help: OPERATOR_HELP[op] }));
  return { from, to, kind: 'operator', ...named(field), prefix, items };
}

function values(field: Field | undefined, from: number, to: number, prefix: string): Suggestion {
  const known = field === undefined ? [] : field.choices;
  const spellings = (choice: string) => [
    choice,
    ...Object.entries(field?.synonyms ?? {}).flatMap(([typed, meant]) => (meant === choice ? [typed] : [])),
  ];
  const help = field !== undefined && isNumberField(field) ? 'for example' : '';
  const items = rank(known, prefix.toLowerCase(), spellings).map((choice) => ({
    insert: valueText(choice),
    label: choice,
    help,
  }));
  return { from, to, kind: 'value', ...named(field), prefix, items };
}

function named(field: Field | undefined): { readonly field?: string } {
  return field === undefined ? {} : { field: field.name };
}

/** Those that begin with what is typed, then those another spelling of which does, then those that contain it. */
function rank<Item>(items: readonly Item[], typed: string, spell: (item: Item) => readonly string[]): Item[] {
  const place = (item: Item) => {
    const spellings = spell(item).map((spelling) => spelling.toLowerCase());
    if (spellings[0]?.startsWith(typed)) return 0;
    if (spellings.some((spelling) => spelling.startsWith(typed))) return 1;
    return typed.length > 1 && spellings[0]?.includes(typed) ? 2 : 3;
  };
  return items
    .map((item) => ({ item, place: place(item) }))
    .filter((ranked) => ranked.place < 3)
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
