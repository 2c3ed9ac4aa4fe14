import { normalizeFilter } from './normalize.js';
import { valueText, wordText } from './scan.js';
import type { Filter } from './tree.js';

/** The canonical text of a filter: reading it gives the filter back, normalised. Everything is the empty text. */
export function printFilter(filter: Filter): string {
  const normal = normalizeFilter(filter);
  return normal.type === 'all' ? '' : print(normal);
}

function print(filter: Filter): string {
  switch (filter.type) {
    case 'all':
      return '()';
    case 'text':
      return wordText(filter.value);
    case 'clause':
      return `${filter.field}${filter.op}${filter.values.map(valueText).join(',')}`;
    case 'not':
      return filter.node.type === 'clause' || filter.node.type === 'text'
        ? `-${print(filter.node)}`
        : `not ${inParentheses(filter.node)}`;
    case 'and':
      return filter.nodes.map((node) => (node.type === 'or' ? inParentheses(node) : print(node))).join(' ');
    case 'or':
      return filter.nodes
        .map((node) => (node.type === 'and' ? inParentheses(node) : print(node)))
        .join(' or ');
  }
}

function inParentheses(filter: Filter): string {
  return filter.type === 'all' ? '()' : `(${print(filter)})`;
}
