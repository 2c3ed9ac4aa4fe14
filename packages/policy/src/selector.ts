/** A selector expression as a tree, shared by Calico's expressions and Kubernetes' match labels. */
export type Selector =
  | { readonly op: 'all' }
  | { readonly op: 'global' }
  | { readonly op: 'has'; readonly key: string }
  | { readonly op: Comparison; readonly key: string; readonly value: string }
  | { readonly op: 'in' | 'not-in'; readonly key: string; readonly values: readonly string[] }
  | { readonly op: 'not'; readonly of: Selector }
  | { readonly op: 'and' | 'or'; readonly of: readonly Selector[] };

export type Comparison = 'eq' | 'ne' | 'contains' | 'starts-with' | 'ends-with';

/** The labels an endpoint has, its own and those inherited from its namespace. */
export type LabelMap = ReadonlyMap<string, string>;

/**
 * What an absent selector is: it asks nothing, while `all()` asks at least for an endpoint where Calico
 * narrows it to some kind of them.
 */
export const UNSAID: Selector = Object.freeze({ op: 'and', of: [] });

/** Selects everything. */
export const ALL: Selector = Object.freeze({ op: 'all' });

/** True if an endpoint with these labels is selected. `!=` and `not in` hold where the label is absent. */
export function matchesSelector(selector: Selector, labels: LabelMap): boolean {
  switch (selector.op) {
    case 'all':
    case 'global':
      return true;
    case 'has':
      return labels.has(selector.key);
    case 'eq':
      return labels.get(selector.key) === selector.value;
    case 'ne':
      return labels.get(selector.key) !== selector.value;
    case 'contains':
      return labels.get(selector.key)?.includes(selector.value) ?? false;
    case 'starts-with':
      return labels.get(selector.key)?.startsWith(selector.value) ?? false;
    case 'ends-with':
      return labels.get(selector.key)?.endsWith(selector.value) ?? false;
    case 'in':
      return isOneOf(labels.get(selector.key), selector.values);
    case 'not-in':
      return !isOneOf(labels.get(selector.key), selector.values);
    case 'not':
      return !matchesSelector(selector.of, labels);
    case 'and':
      return selector.of.every((part) => matchesSelector(part, labels));
    case 'or':
      return selector.of.some((part) => matchesSelector(part, labels));
  }
}

function isOneOf(value: string | undefined, values: readonly string[]): boolean {
  return value !== undefined && values.includes(value);
}

/** The same selector with every label key, or the whole of `all()`, replaced. */
export function mapSelector(
  selector: Selector,
  key: (key: string) => string,
  all: Selector = ALL,
  global: Selector = { op: 'global' },
): Selector {
  switch (selector.op) {
    case 'all':
      return all;
    case 'global':
      return global;
    case 'not':
      return { op: 'not', of: mapSelector(selector.of, key, all, global) };
    case 'and':
    case 'or':
      return { op: selector.op, of: selector.of.map((part) => mapSelector(part, key, all, global)) };
    default:
      return { ...selector, key: key(selector.key) };
  }
}

/** The labels that a selector looks at, each once. */
export function selectorKeys(selector: Selector): readonly string[] {
  if (selector.op === 'not') return selectorKeys(selector.of);
  if ('of' in selector) return [...new Set(selector.of.flatMap(selectorKeys))];
  return 'key' in selector ? [selector.key] : [];
}

/** All of these; the parts that are there, and `all()` when none is. */
export function allOf(...parts: readonly (Selector | null)[]): Selector {
  const given = parts.filter((part) => part !== null);
  const [first, ...rest] = given;
  if (first === undefined) return ALL;
  return rest.length === 0 ? first : { op: 'and', of: given };
}

/** Selects what has each of these labels. */
export function labelsEqual(labels: Readonly<Record<string, string>>): Selector {
  const parts = Object.entries(labels).map(([key, value]): Selector => ({ op: 'eq', key, value }));
  return allOf(...parts);
}
