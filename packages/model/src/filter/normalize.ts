import { findField } from './fields.js';
import { EVERYTHING, type Filter } from './tree.js';
import { canonicalValue } from './value.js';

/** Matches no flow. */
export const NOTHING: Filter = Object.freeze({ type: 'not', node: EVERYTHING });

/**
 * The same filter in the one form that parser and printer agree on: canonical names and values, each value
 * once; no `and` in `and`, no `or` in `or`, no double negation; what matches everything or nothing only where
 * it is the whole filter.
 */
export function normalizeFilter(filter: Filter): Filter {
  switch (filter.type) {
    case 'all':
      return EVERYTHING;
    case 'text':
      return filter.value === '' ? EVERYTHING : filter;
    case 'not': {
      const node = normalizeFilter(filter.node);
      if (node.type === 'all') return NOTHING;
      return node.type === 'not' ? node.node : { type: 'not', node };
    }
    case 'and':
      return combine('and', filter.nodes.map(normalizeFilter), EVERYTHING, NOTHING);
    case 'or':
      return combine('or', filter.nodes.map(normalizeFilter), NOTHING, EVERYTHING);
    case 'clause':
      return normalizeClause(filter);
  }
}

export function isNothing(filter: Filter): boolean {
  return filter.type === 'not' && filter.node.type === 'all';
}

function normalizeClause(clause: Filter & { type: 'clause' }): Filter {
  const { op } = clause;
  if (clause.values.length === 0) return op === '!=' || op === '!~' ? EVERYTHING : NOTHING;
  const field = findField(clause.field);
  if (field === undefined) return clause;
  const exact = op !== '~' && op !== '!~';
  const values = exact ? clause.values.map((value) => canonicalValue(field, value)) : clause.values;
  return { type: 'clause', field: field.name, op, values: [...new Set(values)] };
}

/** `neutral` adds nothing to the combination, `absorbing` decides it. */
function combine(type: 'and' | 'or', parts: readonly Filter[], neutral: Filter, absorbing: Filter): Filter {
  const is = (node: Filter, special: Filter) =>
    special.type === 'all' ? node.type === 'all' : isNothing(node);
  if (parts.some((node) => is(node, absorbing))) return absorbing;
  const nodes = parts.flatMap((node) => (node.type === type ? node.nodes : is(node, neutral) ? [] : [node]));
  const [first] = nodes;
  if (first === undefined) return neutral;
  return nodes.length === 1 ? first : { type, nodes };
}
