import type { FlowGroup } from '../flow-group.js';
import { cidrMatcher } from '../ip.js';
import type { Millis } from '../time.js';
import { type Field, isNumberField, type NumberField, type TextField } from './field.js';
import { FIELDS, findField } from './fields.js';
import { normalizeFilter } from './normalize.js';
import type { Filter, Operator } from './tree.js';
import { numberValue } from './value.js';

/** Whether a line matches; `now` is what `age` and `seen` count from. */
export type Predicate = (row: FlowGroup, now: Millis) => boolean;

/** A tree that names a field there is none of. Trees that come from the parser never do. */
export class UnknownFieldError extends Error {
  readonly code = 'unknown-field';

  constructor(readonly field: string) {
    super(`there is no field “${field}”`);
    this.name = 'UnknownFieldError';
  }
}

/**
 * Makes a predicate of a filter, once, so that a row costs a few calls and no allocation.
 *
 * Each clause looks at all of a line's values by itself: `policy=a policy.tier=b` matches a line that policy a
 * and another policy of tier b had a say on. `!=` and `!~` mean that none of the values matches. An unknown
 * number matches no comparison, not even `!=`.
 * @throws UnknownFieldError
 */
export function compileFilter(filter: Filter): Predicate {
  return compile(normalizeFilter(filter));
}

const ALWAYS: Predicate = () => true;

function compile(filter: Filter): Predicate {
  switch (filter.type) {
    case 'all':
      return ALWAYS;
    case 'not': {
      const inner = compile(filter.node);
      return (row, now) => !inner(row, now);
    }
    case 'and': {
      const all = filter.nodes.map(compile);
      return (row, now) => {
        for (const one of all) if (!one(row, now)) return false;
        return true;
      };
    }
    case 'or': {
      const all = filter.nodes.map(compile);
      return (row, now) => {
        for (const one of all) if (one(row, now)) return true;
        return false;
      };
    }
    case 'text':
      return mentions(filter.value);
    case 'clause': {
      const field = findField(filter.field);
      if (field === undefined) throw new UnknownFieldError(filter.field);
      return isNumberField(field)
        ? numberClause(field, filter.op, filter.values)
        : textClause(field, filter.op, filter.values);
    }
  }
}

const SEARCHED = FIELDS.filter((field) => field.searched);

function mentions(word: string): Predicate {
  const contains = containsAny([word]);
  const asText = (value: number) => contains(String(value));
  const looks: readonly Predicate[] = SEARCHED.map((field: Field) =>
    isNumberField(field)
      ? (row, now) => field.some(row, now, asText)
      : (row, now) => field.some(row, now, contains),
  );
  return (row, now) => {
    for (const look of looks) if (look(row, now)) return true;
    return false;
  };
}

function textClause(field: TextField, op: Operator, values: readonly string[]): Predicate {
  const { some } = field;
  const exact = op === '=' || op === '!=';
  const test = exact ? equalsAny(field, values) : containsAny(values);
  if (op === '=' || op === '~') return (row, now) => some(row, now, test);
  if (op === '!=' || op === '!~') return (row, now) => !some(row, now, test);
  return () => false;
}

/** How many answers a "contains" keeps: a cluster has few distinct names, and looking one up beats searching it. */
const REMEMBERED = 4_096;

function containsAny(values: readonly string[]): (value: string) => boolean {
  const needles = values.map((value) => value.toLowerCase());
  const answers = new Map<string, boolean>();
  return (value) => {
    const known = answers.get(value);
    if (known !== undefined) return known;
    const lower = value.toLowerCase();
    const answer = needles.some((needle) => lower.includes(needle));
    if (answers.size >= REMEMBERED) answers.clear();
    answers.set(value, answer);
    return answer;
  };
}

function equalsAny(field: TextField, values: readonly string[]): (value: string) => boolean {
  if (field.type === 'ip') return either(values.map((value) => cidrMatcher(value) ?? (() => false)));
  if (field.type === 'label') return either(values.map(labelTest));
  const [first] = values;
  if (values.length === 1) return (value) => value === first;
  const set = new Set(values);
  return (value) => set.has(value);
}

/** A label without `=` is a key with any value. */
function labelTest(wanted: string): (label: string) => boolean {
  if (wanted.includes('=')) return (label) => label === wanted;
  const start = `${wanted}=`;
  return (label) => label.startsWith(start);
}

function either(tests: readonly ((value: string) => boolean)[]): (value: string) => boolean {
  const [first] = tests;
  if (tests.length === 1 && first !== undefined) return first;
  return (value) => tests.some((test) => test(value));
}

function numberClause(field: NumberField, op: Operator, typed: readonly string[]): Predicate {
  const { some } = field;
  const values = typed.map((value) => numberValue(field, value));
  const [bound = Number.NaN] = values;
  const equals = (value: number) => values.includes(value);
  const known = () => true;
  const tests: Partial<Record<Operator, (value: number) => boolean>> = {
    '=': equals,
    '>': (value) => value > bound,
    '>=': (value) => value >= bound,
    '<': (value) => value < bound,
    '<=': (value) => value <= bound,
  };
  if (op === '!=') return (row, now) => some(row, now, known) && !some(row, now, equals);
  const test = tests[op];
  return test === undefined ? () => false : (row, now) => some(row, now, test);
}
