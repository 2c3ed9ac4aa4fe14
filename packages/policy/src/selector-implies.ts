import type { Selector } from './selector.js';

/**
 * True when whatever the first selects, the second selects too. Sound, not complete: false is also the answer where
 * it would take more than a look at their parts to tell.
 */
export function selectorImplies(narrow: Selector, wide: Selector): boolean {
  if (wide.op === 'all' || wide.op === 'global' || isSame(narrow, wide)) return true;
  if (wide.op === 'and') return wide.of.every((part) => selectorImplies(narrow, part));
  if (narrow.op === 'or')
    return narrow.of.length > 0 && narrow.of.every((part) => selectorImplies(part, wide));
  if (narrow.op === 'and' && narrow.of.some((part) => selectorImplies(part, wide))) return true;
  if (wide.op === 'or') return wide.of.some((part) => selectorImplies(narrow, part));
  if (narrow.op === 'not' && wide.op === 'not') return selectorImplies(wide.of, narrow.of);
  return labelImplies(narrow, wide);
}

function isSame(a: Selector, b: Selector): boolean {
  return a === b || (a.op === b.op && JSON.stringify(a) === JSON.stringify(b));
}

function labelImplies(narrow: Selector, wide: Selector): boolean {
  if (!('key' in narrow)) return false;
  if (wide.op === 'not') {
    const values = valuesOf(narrow);
    return values?.every((value) => isNever(wide.of, narrow.key, value)) ?? false;
  }
  if (!('key' in wide) || narrow.key !== wide.key) return false;
  if (wide.op === 'has') return narrow.op !== 'ne' && narrow.op !== 'not-in';
  if (narrow.op === 'not-in' || narrow.op === 'ne') {
    const excluded = 'values' in narrow ? narrow.values : [narrow.value];
    if (wide.op === 'ne') return excluded.includes(wide.value);
    return wide.op === 'not-in' && wide.values.every((value) => excluded.includes(value));
  }
  const values = valuesOf(narrow);
  return values?.every((value) => holds(wide, value)) ?? false;
}

/** The values that the label can have; null when there is no list of them. */
function valuesOf(selector: Selector): readonly string[] | null {
  if (selector.op === 'eq') return [selector.value];
  return selector.op === 'in' ? selector.values : null;
}

/** True for a condition on the same label that such a value never fulfils. */
function isNever(selector: Selector, key: string, value: string): boolean {
  return 'key' in selector && selector.key === key && !holds(selector, value);
}

function holds(wide: Extract<Selector, { readonly key: string }>, value: string): boolean {
  switch (wide.op) {
    case 'has':
      return true;
    case 'eq':
      return value === wide.value;
    case 'ne':
      return value !== wide.value;
    case 'in':
      return wide.values.includes(value);
    case 'not-in':
      return !wide.values.includes(value);
    case 'contains':
      return value.includes(wide.value);
    case 'starts-with':
      return value.startsWith(wide.value);
    case 'ends-with':
      return value.endsWith(wide.value);
  }
}
