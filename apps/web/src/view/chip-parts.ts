import { type Filter, printFilter } from '@vibrissa/model';

/** What a chip says, in the parts it is drawn in. */
export interface ChipParts {
  readonly negated: boolean;
  /** The field; empty for a plain word or several clauses in one. */
  readonly subject: string;
  readonly operator: string;
  readonly value: string;
}

const SIGNS: Readonly<Record<string, string>> = { '!=': '≠', '>=': '≥', '<=': '≤', '~': '∋', '!~': '∌' };
const WORDS: Readonly<Record<string, string>> = {
  '=': 'is',
  '!=': 'is not',
  '~': 'contains',
  '!~': 'does not contain',
  '>': 'more than',
  '>=': 'at least',
  '<': 'less than',
  '<=': 'at most',
};

/** Takes a clause apart for a chip. */
export function chipParts(node: Filter): ChipParts {
  if (node.type === 'not') return { ...chipParts(node.node), negated: true };
  if (node.type === 'clause') {
    return {
      negated: node.op === '!=' || node.op === '!~',
      subject: node.field,
      operator: SIGNS[node.op] ?? node.op,
      value: node.values.map((value) => (value === '' ? 'empty' : value)).join(', '),
    };
  }
  if (node.type === 'text') return { negated: false, subject: '', operator: '', value: `“${node.value}”` };
  return { negated: false, subject: '', operator: '', value: printFilter(node) };
}

/** The same in words, for those who hear it. */
export function chipName(node: Filter, disabled: boolean): string {
  const off = disabled ? ', switched off' : '';
  if (node.type === 'not') return `not ${chipName(node.node, false)}${off}`;
  if (node.type !== 'clause') return `${chipParts(node).value}${off}`;
  const values = node.values.map((value) => (value === '' ? 'empty' : value)).join(' or ');
  return `${node.field} ${WORDS[node.op] ?? node.op} ${values}${off}`;
}
