import type { Selector } from './selector.js';

/** What a label must be like for a selector to match at all; the selector may ask for more. */
export interface LabelRestriction {
  readonly present: boolean;
  readonly absent: boolean;
  /** The values it can have, sorted; empty when none will do, null when the selector does not say. */
  readonly values: readonly string[] | null;
}

export type LabelRestrictions = ReadonlyMap<string, LabelRestriction>;

const NONE: LabelRestrictions = new Map();

/**
 * What a selector certainly asks of single labels, so that policies can be looked up by label.
 * A label that is not named is not restricted; a map without entries says nothing.
 */
export function labelRestrictions(selector: Selector): LabelRestrictions {
  switch (selector.op) {
    case 'has':
    case 'contains':
    case 'starts-with':
    case 'ends-with':
      return new Map([[selector.key, { present: true, absent: false, values: null }]]);
    case 'eq':
      return new Map([[selector.key, { present: true, absent: false, values: [selector.value] }]]);
    case 'in':
      return new Map([[selector.key, { present: true, absent: false, values: selector.values }]]);
    case 'not':
      return selector.of.op === 'has'
        ? new Map([[selector.of.key, { present: false, absent: true, values: null }]])
        : NONE;
    case 'and':
      return selector.of.map(labelRestrictions).reduce(both, NONE);
    case 'or':
      return selector.of.map(labelRestrictions).reduce(either);
    default:
      return NONE;
  }
}

function both(a: LabelRestrictions, b: LabelRestrictions): LabelRestrictions {
  const found = new Map(a);
  for (const [key, right] of b) {
    const left = found.get(key);
    found.set(
      key,
      left === undefined
        ? right
        : {
            present: left.present || right.present,
            absent: left.absent || right.absent,
            values: common(left.values, right.values),
          },
    );
  }
  return found;
}

function common(a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null {
  if (a === null || b === null) return a ?? b;
  return a.filter((value) => b.includes(value));
}

function either(a: LabelRestrictions, b: LabelRestrictions): LabelRestrictions {
  const found = new Map<string, LabelRestriction>();
  for (const [key, left] of a) {
    const right = b.get(key);
    if (right === undefined) continue;
    const present = left.present && right.present;
    const absent = left.absent && right.absent;
    if (!present && !absent) continue;
    const values =
      !present || left.values === null || right.values === null
        ? null
        : [...new Set([...left.values, ...right.values])].sort();
    found.set(key, { present, absent, values });
  }
  return found;
}
