import type { RecordProblem } from './record-problem.js';

/** What this needs of a validator's error. */
interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

/** The problem behind a failed check: the first error that says something, its JSON path and its remedy. */
export function schemaProblem(
  value: unknown,
  errors: readonly SchemaError[],
  remedies: Readonly<Record<string, string>>,
): RecordProblem {
  const error = errors.find(saysSomething) ?? errors[0];
  if (error === undefined || (error.instancePath === '' && error.keyword === 'type')) {
    return { field: '(line)', reason: 'is not an object', remedy: 'Send one JSON object a line.' };
  }
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  if (error.keyword === 'required' && 'requiredProperties' in error.params) {
    const missing = firstMissing(valueAt(value, path), error.params.requiredProperties);
    return problem([...path, missing], 'is missing', remedies);
  }
  if (error.keyword === 'additionalProperties' && 'additionalProperties' in error.params) {
    const [stray] = list(error.params.additionalProperties);
    return {
      field: pathText([...path, stray ?? '']),
      reason: 'is not a field of a record',
      remedy: 'Leave it out, or check its spelling.',
    };
  }
  return problem(path, error.message, remedies);
}

/** A null that might also have been something, or one of several forms: the error beside it tells more. */
function saysSomething(error: SchemaError): boolean {
  if (error.keyword === 'anyOf' || error.keyword === 'boolean') return false;
  return !('type' in error.params && error.params.type === 'null');
}

function problem(
  path: readonly string[],
  reason: string,
  remedies: Readonly<Record<string, string>>,
): RecordProblem {
  return { field: pathText(path), reason, remedy: remedies[path[0] ?? ''] ?? 'Correct it or leave it out.' };
}

function firstMissing(value: unknown, required: unknown): string {
  const has = typeof value === 'object' && value !== null ? value : {};
  return list(required).find((name) => !Object.hasOwn(has, name)) ?? '';
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let at: unknown = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([name]) => name === step)?.[1];
  }
  return at;
}

function pathText(path: readonly string[]): string {
  const text = path
    .map((step, at) => (/^\d+$/.test(step) ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('');
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
