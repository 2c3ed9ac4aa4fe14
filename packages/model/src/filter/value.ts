import { parseCidr } from '../ip.js';
import { type Field, isNumberField, type NumberField } from './field.js';
import { nearest } from './nearest.js';
import { parseBytes, parseDuration } from './units.js';

/** The value as trees have it: words of a closed list in their one spelling, all else as typed. */
export function canonicalValue(field: Field, typed: string): string {
  const lower = typed.toLowerCase();
  const synonym = Object.hasOwn(field.synonyms, lower) ? field.synonyms[lower] : undefined;
  if (synonym !== undefined) return synonym;
  if (field.type === 'enum') return field.choices.find((choice) => choice.toLowerCase() === lower) ?? typed;
  return field.type === 'text' && field.lowerCase ? lower : typed;
}

/** The number a value of a number field stands for (bytes and milliseconds for units); NaN when it is none. */
export function numberValue(field: NumberField, typed: string): number {
  if (field.type === 'bytes') return parseBytes(typed);
  if (field.type === 'duration') return parseDuration(typed);
  const value = /^\d+$/.test(typed) ? Number(typed) : Number.NaN;
  return value <= field.max ? value : Number.NaN;
}

/** Why a value cannot be compared with a field, and what was perhaps meant. */
export interface ValueProblem {
  readonly message: string;
  readonly suggestion: string | null;
}

/** What is wrong with a value that is compared exactly or by size; null when nothing is. */
export function valueProblem(field: Field, typed: string): ValueProblem | null {
  const not = `not “${typed}”`;
  if (isNumberField(field)) {
    if (!Number.isNaN(numberValue(field, typed))) return null;
    if (field.type === 'bytes') return problem(`${field.name} wants a size such as 10kB or 1MiB, ${not}`);
    if (field.type === 'duration') return problem(`${field.name} wants a time such as 30s, 5m or 1h, ${not}`);
    const range = field.max < Number.MAX_SAFE_INTEGER ? ` 0-${field.max}` : '';
    return problem(`${field.name} wants a number${range}, ${not}`);
  }
  if (field.type === 'enum' && !field.choices.includes(canonicalValue(field, typed))) {
    const known = [...field.choices, ...Object.keys(field.synonyms)];
    const meant = nearest(typed, known);
    return problem(
      `${field.name} is one of ${field.choices.join(', ')}, ${not}`,
      meant === null ? null : canonicalValue(field, meant),
    );
  }
  if (field.type === 'ip' && parseCidr(typed) === null) {
    return problem(`${field.name} wants an address or a block such as 10.0.0.0/8, ${not}`);
  }
  return null;
}

function problem(message: string, suggestion: string | null = null): ValueProblem {
  return { message, suggestion };
}
