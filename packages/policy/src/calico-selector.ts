import type { Comparison, Selector } from './selector.js';
import { ALL } from './selector.js';
import { SelectorSyntaxError } from './selector-syntax-error.js';
import {
  expectedOperator,
  type SelectorToken,
  type SelectorTokenKind,
  selectorTokens,
} from './selector-tokens.js';

const MAX_DEPTH = 200;

/**
 * Parses a Calico selector expression. Blank text selects everything.
 * @throws SelectorSyntaxError
 */
export function parseSelector(expression: string): Selector {
  const parser = new Parser(expression);
  if (parser.atEnd()) return ALL;
  const selector = parser.or(0);
  if (!parser.atEnd()) parser.fail('Expected &&, || or the end');
  return selector;
}

class Parser {
  private readonly tokens: readonly SelectorToken[];
  private at = 0;

  constructor(private readonly text: string) {
    this.tokens = selectorTokens(text);
  }

  atEnd(): boolean {
    return this.next().kind === 'end';
  }

  fail(message: string): never {
    throw new SelectorSyntaxError(message, this.text, this.next().at);
  }

  or(depth: number): Selector {
    return this.chain('or', () => this.chain('and', () => this.operation(depth)));
  }

  private chain(op: 'and' | 'or', part: () => Selector): Selector {
    const first = part();
    const parts = [first];
    while (this.take(op) !== null) parts.push(part());
    return parts.length === 1 ? first : { op, of: parts };
  }

  private operation(depth: number): Selector {
    if (depth > MAX_DEPTH) this.fail('Too deeply nested');
    if (this.take('not') !== null) return { op: 'not', of: this.operation(depth + 1) };
    if (this.take('(') !== null) {
      const inner = this.or(depth + 1);
      this.need(')', ')');
      return inner;
    }
    const has = this.take('has');
    if (has !== null) return { op: 'has', key: has.value };
    if (this.take('all') !== null) return { op: 'all' };
    if (this.take('global') !== null) return { op: 'global' };
    return this.comparison(this.need('label', 'a label').value);
  }

  private comparison(key: string): Selector {
    const { kind } = this.next();
    switch (kind) {
      case 'in':
      case 'not-in':
        this.at += 1;
        return { op: kind, key, values: this.set() };
      case 'eq':
      case 'ne':
      case 'contains':
      case 'starts-with':
      case 'ends-with':
        this.at += 1;
        return { op: kind, key, value: this.need('text', 'a quoted value').value };
      default:
        return this.fail(expectedOperator(key));
    }
  }

  private set(): readonly string[] {
    this.need('{', '{');
    const values = new Set<string>();
    while (this.take('}') === null) {
      values.add(this.need('text', 'a quoted value').value);
      if (this.take(',') !== null) continue;
      this.need('}', '}');
      break;
    }
    return [...values].sort();
  }

  private next(): SelectorToken {
    return this.tokens[this.at] ?? { kind: 'end', value: '', at: this.text.length };
  }

  private take(kind: SelectorTokenKind): SelectorToken | null {
    const token = this.next();
    if (token.kind !== kind) return null;
    this.at += 1;
    return token;
  }

  private need(kind: SelectorTokenKind, what: string): SelectorToken {
    return this.take(kind) ?? this.fail(`Expected ${what}`);
  }
}

const WRITTEN: Record<Comparison, string> = {
  eq: '==',
  ne: '!=',
  contains: 'contains',
  'starts-with': 'starts with',
  'ends-with': 'ends with',
};

/**
 * The canonical text: and/or always in parentheses, sets sorted, double quotes where they can be.
 * @throws RangeError for a value with both kinds of quotes, which the language cannot write
 */
export function printSelector(selector: Selector): string {
  switch (selector.op) {
    case 'all':
    case 'global':
      return `${selector.op}()`;
    case 'has':
      return `has(${selector.key})`;
    case 'in':
    case 'not-in': {
      const values = [...new Set(selector.values)].sort().map(quote).join(', ');
      return `${selector.key} ${selector.op === 'in' ? 'in' : 'not in'} {${values}}`;
    }
    case 'not':
      return `!${printSelector(selector.of)}`;
    case 'and':
    case 'or':
      if (selector.of.length === 0) return selector.op === 'and' ? 'all()' : '!all()';
      return `(${selector.of.map(printSelector).join(selector.op === 'and' ? ' && ' : ' || ')})`;
    default:
      return `${selector.key} ${WRITTEN[selector.op]} ${quote(selector.value)}`;
  }
}

function quote(value: string): string {
  if (value.includes('"') && value.includes("'")) throw new RangeError(`No selector can say ${value}`);
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}
