import { type LabelMap, matchesSelector, type Selector } from '../selector.js';

const MOST = 200_000;

/** Some labels that one of two selectors matches and the other does not; null when they mean the same. */
export function telling(a: Selector, b: Selector): LabelMap | null {
  const values = new Map<string, Set<string>>();
  collect(a, values);
  collect(b, values);
  const keys = [...values.keys()];
  const choices = keys.map((key) => [undefined, 'some other value', ...(values.get(key) ?? [])]);
  const all = choices.reduce((product, { length }) => product * length, 1);
  if (all > MOST) throw new RangeError('Too many labels to compare these selectors');
  for (let number = 0; number < all; number++) {
    const labels = new Map<string, string>();
    let rest = number;
    for (const [index, choice] of choices.entries()) {
      const value = choice[rest % choice.length];
      rest = Math.floor(rest / choice.length);
      const key = keys[index];
      if (value !== undefined && key !== undefined) labels.set(key, value);
    }
    if (matchesSelector(a, labels) !== matchesSelector(b, labels)) return labels;
  }
  return null;
}

function collect(selector: Selector, values: Map<string, Set<string>>): void {
  if (selector.op === 'not') collect(selector.of, values);
  else if ('of' in selector) {
    for (const part of selector.of) collect(part, values);
  } else if ('key' in selector) {
    const known = values.get(selector.key) ?? new Set<string>();
    values.set(selector.key, known);
    if ('value' in selector) known.add(selector.value);
    if ('values' in selector) for (const value of selector.values) known.add(value);
  }
}
