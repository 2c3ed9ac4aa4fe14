import type { Comparison, Selector } from './selector.js';
import { ALL } from './selector.js';

/** A selector expression that does not parse. `position` counts characters from 0. */
export class SelectorSyntaxError extends Error {
  readonly code = 'SELECTOR_SYNTAX';

  constructor(
    message: string,
    readonly expression: string,
    readonly position: number,
  ) {
    super(`${message} at character ${position + 1}`);
    this.name = 'SelectorSyntaxError';
  }
}

const MAX_LABEL = 512;
const MAX_DEPTH = 200;
const LABEL = /[A-Za-z0-9_./-]+/y;
const STRING = /"[^"]*"|'[^']*'/y;
const BLANK = /[ \t]*/y;
const SYMBOL_OPERATOR = /==|!=/y;
const WORD_OPERATOR = /(contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in)(?![A-Za-z0-9_./-])/y;

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
  private at = 0;

  constructor(private readonly text: string) {}

  /** Blanks are spaces and tabs: Calico refuses a line break inside a selector. */
  atEnd(): boolean {
    this.take(BLANK);
    return this.at === this.text.length;
  }

  fail(message: string): never {
    throw new SelectorSyntaxError(message, this.text, this.at);
  }

  or(depth: number): Selector {
    return this.chain('or', '||', () => this.chain('and', '&&', () => this.operation(depth)));
  }

  private chain(op: 'and' | 'or', symbol: string, part: () => Selector): Selector {
    const first = part();
    const parts = [first];
    while (this.symbol(symbol)) parts.push(part());
    return parts.length === 1 ? first : { op, of: parts };
  }

  private operation(depth: number): Selector {
    if (depth > MAX_DEPTH) this.fail('Too deeply nested');
    if (this.symbol('!')) return { op: 'not', of: this.operation(depth + 1) };
    if (this.symbol('(')) {
      const inner = this.or(depth + 1);
      this.close(')');
      return inner;
    }
    if (this.symbol('has(')) {
      const key = this.label();
      this.close(')');
      return { op: 'has', key };
    }
    for (const op of ['all', 'global'] as const) {
      if (!this.symbol(`${op}(`)) continue;
      this.close(')');
      return { op };
    }
    return this.comparison(this.label());
  }

  private comparison(key: string): Selector {
    this.take(BLANK);
    const operator = (this.take(SYMBOL_OPERATOR) ?? this.take(WORD_OPERATOR))?.replace(/[ \t]/g, '');
    switch (operator) {
      case 'in':
        return { op: 'in', key, values: this.set() };
      case 'notin':
        return { op: 'not-in', key, values: this.set() };
      case undefined:
        return this.fail(`Expected ==, !=, in, not in, contains, starts with or ends with after ${key}`);
      default:
        return { op: comparisonOf(operator), key, value: this.string() };
    }
  }

  private label(): string {
    this.take(BLANK);
    const label = this.take(LABEL);
    if (label === null) this.fail('Expected a label');
    if (label.length > MAX_LABEL) this.fail(`A label has at most ${MAX_LABEL} characters`);
    return label;
  }

  private string(): string {
    this.take(BLANK);
    const quoted = this.take(STRING);
    if (quoted === null) this.fail('Expected a quoted value');
    return quoted.slice(1, -1);
  }

  private set(): readonly string[] {
    if (!this.symbol('{')) this.fail('Expected {');
    const values = new Set<string>();
    while (!this.symbol('}')) {
      values.add(this.string());
      if (this.symbol(',')) continue;
      this.close('}');
      break;
    }
    return [...values].sort();
  }

  private symbol(symbol: string): boolean {
    this.take(BLANK);
    if (!this.text.startsWith(symbol, this.at)) return false;
    this.at += symbol.length;
    return true;
  }

  private close(symbol: string): void {
    if (!this.symbol(symbol)) this.fail(`Expected ${symbol}`);
  }

  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }
}

function comparisonOf(operator: string): Comparison {
  switch (operator) {
    case '==':
      return 'eq';
    case '!=':
      return 'ne';
    case 'startswith':
      return 'starts-with';
    case 'endswith':
      return 'ends-with';
    default:
      return 'contains';
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
      return `(${selector.of.map(printSelector).join(selector.op === 'and' ? ' && ' : ' || ')})`;
    default:
      return `${selector.key} ${WRITTEN[selector.op]} ${quote(selector.value)}`;
  }
}

function quote(value: string): string {
  if (value.includes('"') && value.includes("'")) throw new RangeError(`No selector can say ${value}`);
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}
