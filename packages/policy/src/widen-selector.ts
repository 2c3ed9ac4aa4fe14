import type { Selector } from './selector.js';

/** What either selects, said as shortly as can be: one more value of a label where that is all there is between them. */
export function eitherSelector(a: Selector, b: Selector): Selector {
  const some = valuesOf(a);
  const more = valuesOf(b);
  if (some !== null && more !== null && some.key === more.key) {
    const values = [...new Set([...some.values, ...more.values])].sort();
    return { op: 'in', key: some.key, values };
  }
  return { op: 'or', of: [...(a.op === 'or' ? a.of : [a]), b] };
}

/** The label and the values that it may have, where a selector is no more than that. */
function valuesOf(selector: Selector): { readonly key: string; readonly values: readonly string[] } | null {
  if (selector.op === 'eq') return { key: selector.key, values: [selector.value] };
  return selector.op === 'in' ? selector : null;
}

/**
 * The fewest labels that, given to something that has `labels`, make the selector match it. Null where labels alone do
 * not: one would have to be changed or taken away.
 */
export function labelsToMatch(
  selector: Selector,
  labels: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> | null {
  switch (selector.op) {
    case 'all':
    case 'global':
      return {};
    case 'has':
      return labels.has(selector.key) ? {} : { [selector.key]: 'true' };
    case 'eq':
      return toHave(selector.key, [selector.value], labels);
    case 'in':
      return toHave(selector.key, selector.values, labels);
    case 'ne':
      return labels.get(selector.key) === selector.value ? null : {};
    case 'not-in': {
      const value = labels.get(selector.key);
      return value !== undefined && selector.values.includes(value) ? null : {};
    }
    case 'and':
      return toMatchAll(selector.of, labels);
    case 'or': {
      const ways = selector.of.map((part) => labelsToMatch(part, labels)).filter((way) => way !== null);
      return ways.sort((a, b) => Object.keys(a).length - Object.keys(b).length)[0] ?? null;
    }
    case 'not':
      return selector.of.op === 'has' && !labels.has(selector.of.key) ? {} : null;
    default:
      return null;
  }
}

function toHave(
  key: string,
  values: readonly string[],
  labels: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> | null {
  const value = labels.get(key);
  const [first] = values;
  if (value !== undefined) return values.includes(value) ? {} : null;
  return first === undefined ? null : { [key]: first };
}

/** Labels given for one part are there when the next is asked. */
function toMatchAll(
  parts: readonly Selector[],
  labels: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> | null {
  let given: Readonly<Record<string, string>> = {};
  for (const part of parts) {
    const more = labelsToMatch(part, new Map([...labels, ...Object.entries(given)]));
    if (more === null) return null;
    given = { ...given, ...more };
  }
  return given;
}
