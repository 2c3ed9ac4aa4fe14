import type { Field } from './field.js';
import { FIELD_NAMES, findField } from './fields.js';
import { nearest } from './nearest.js';
import { normalizeFilter } from './normalize.js';
import { isKeyword, readOperator, readQuoted, readValue, readWord, skipSpace, type Token } from './scan.js';
import { FilterSyntaxError } from './syntax-error.js';
import { EVERYTHING, type Filter, type Operator } from './tree.js';
import { valueProblem } from './value.js';

/** Limits on hostile text: characters, nested parentheses and negations, clauses and words. */
export const FILTER_LIMITS = { length: 8_192, depth: 32, clauses: 256 } as const;

/**
 * Reads a filter. Empty text is everything. The tree is normalised.
 * @throws FilterSyntaxError with the place, the reason and a suggestion.
 */
export function parseFilter(text: string): Filter {
  if (text.length > FILTER_LIMITS.length) {
    throw new FilterSyntaxError(
      `a filter has at most ${FILTER_LIMITS.length} characters, this one has ${text.length}`,
      FILTER_LIMITS.length,
      text.length,
    );
  }
  return normalizeFilter(new Parser(text).parse());
}

const INSTEAD: Readonly<Record<string, string>> = { '&': 'and', '|': 'or', '!': 'not' };

class Parser {
  #at = 0;
  #depth = 0;
  #clauses = 0;

  constructor(readonly text: string) {}

  parse(): Filter {
    this.#space();
    if (this.#at === this.text.length) return EVERYTHING;
    const filter = this.#or();
    if (this.#at < this.text.length) {
      throw this.#error('this parenthesis closes nothing', this.#at, this.#at + 1);
    }
    return filter;
  }

  #or(): Filter {
    const nodes = [this.#and()];
    while (this.#keyword('or')) nodes.push(this.#and());
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { type: 'or', nodes };
  }

  #and(): Filter {
    const nodes = [this.#term()];
    while (this.#keyword('and') || !this.#ended()) nodes.push(this.#term());
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { type: 'and', nodes };
  }

  #ended(): boolean {
    return this.#at === this.text.length || this.text[this.#at] === ')' || this.#peekKeyword() === 'or';
  }

  #term(): Filter {
    const from = this.#at;
    if (this.text[from] === '-') {
      this.#at += 1;
      this.#space();
      return this.#nested(from, () => ({ type: 'not', node: this.#term() }));
    }
    if (this.#keyword('not')) return this.#nested(from, () => ({ type: 'not', node: this.#term() }));
    if (this.text[from] === '(') return this.#nested(from, () => this.#group(from));
    return this.#clauseOrText();
  }

  #nested(from: number, read: () => Filter): Filter {
    this.#depth += 1;
    if (this.#depth > FILTER_LIMITS.depth) {
      throw this.#error(`a filter nests at most ${FILTER_LIMITS.depth} deep`, from, from + 1);
    }
    const filter = read();
    this.#depth -= 1;
    return filter;
  }

  #group(from: number): Filter {
    this.#at += 1;
    this.#space();
    const filter = this.text[this.#at] === ')' ? EVERYTHING : this.#or();
    if (this.text[this.#at] !== ')') throw this.#error('this parenthesis is not closed', from, from + 1, ')');
    this.#at += 1;
    this.#space();
    return filter;
  }

  #clauseOrText(): Filter {
    const from = this.#at;
    const quoted = readQuoted(this.text, from);
    const word = quoted ?? readWord(this.text, from);
    if (word === null) throw this.#unexpected();
    if (!word.closed) throw this.#unclosed(word);
    if (quoted === null && isKeyword(word.value)) {
      throw this.#error(`something to filter by is missing before “${word.value}”`, from, word.to);
    }
    this.#clauses += 1;
    if (this.#clauses > FILTER_LIMITS.clauses) {
      throw this.#error(`a filter has at most ${FILTER_LIMITS.clauses} clauses`, from, word.to);
    }
    this.#at = word.to;
    this.#space();
    const opAt = this.#at;
    const operator = readOperator(this.text, opAt);
    if (operator === null) return { type: 'text', value: word.value };
    const field = this.#field(word, operator.to);
    const { op } = operator;
    this.#at = operator.to;
    if (!field.operators.includes(op)) {
      throw this.#error(
        `${field.name} cannot be compared with ${op}; it takes ${field.operators.join(' ')}`,
        opAt,
        operator.to,
      );
    }
    return { type: 'clause', field: field.name, op, values: this.#values(field, op) };
  }

  #field(word: Token, clauseTo: number): Field {
    const field = findField(word.value);
    if (field !== undefined) return field;
    const suggestion = nearest(word.value, FIELD_NAMES);
    const value = readValue(this.text, skipSpace(this.text, clauseTo));
    const hint =
      suggestion === null
        ? `; for a label write label=${word.value}=${value?.value ?? '…'}`
        : `; did you mean ${suggestion}?`;
    throw this.#error(`there is no field “${word.value}”${hint}`, word.from, word.to, suggestion);
  }

  #values(field: Field, op: Operator): readonly string[] {
    const values: string[] = [];
    const several = op === '=' || op === '!=' || op === '~' || op === '!~';
    for (;;) {
      this.#space();
      const value = readValue(this.text, this.#at);
      if (value === null) throw this.#missingValue(field, op);
      if (!value.closed) throw this.#unclosed(value);
      const wrong = op === '~' || op === '!~' ? null : valueProblem(field, value.value);
      if (wrong !== null) {
        const hint = wrong.suggestion === null ? '' : `; did you mean ${wrong.suggestion}?`;
        throw this.#error(wrong.message + hint, value.from, value.to, wrong.suggestion);
      }
      values.push(value.value);
      this.#at = value.to;
      this.#space();
      if (this.text[this.#at] !== ',') break;
      if (!several) throw this.#error(`${op} takes one value`, this.#at, this.#at + 1);
      this.#at += 1;
    }
    this.#noOperator();
    return values;
  }

  /** After a value only a new clause can come: `a=b~c` is a value that needs quotes. */
  #noOperator(): void {
    const operator = readOperator(this.text, this.#at);
    if (operator === null) return;
    throw this.#error(
      `“${this.text.slice(this.#at, operator.to)}” after a value; put the value in quotes if it is part of it`,
      this.#at,
      operator.to,
    );
  }

  #peekKeyword(): string | null {
    const word = readWord(this.text, this.#at);
    return word !== null && isKeyword(word.value) ? word.value.toLowerCase() : null;
  }

  #keyword(keyword: 'and' | 'or' | 'not'): boolean {
    if (this.#peekKeyword() !== keyword) return false;
    this.#at += keyword.length;
    this.#space();
    return true;
  }

  #space(): void {
    this.#at = skipSpace(this.text, this.#at);
  }

  #error(message: string, from: number, to: number, suggestion: string | null = null): FilterSyntaxError {
    return new FilterSyntaxError(message, from, to, suggestion);
  }

  #unclosed(token: Token): FilterSyntaxError {
    return this.#error('this quotation is not closed', token.from, token.to, '"');
  }

  #missingValue(field: Field, op: Operator): FilterSyntaxError {
    const at = this.#at;
    const character = this.#character();
    const what = `a value is missing after ${field.name}${op}`;
    if (character === '' || character === ')') return this.#error(what, at, at);
    return this.#error(`${what}: “${character}” needs quotes`, at, at + character.length);
  }

  #unexpected(): FilterSyntaxError {
    const at = this.#at;
    const character = this.#character();
    if (character === '') return this.#error('something to filter by is missing at the end', at, at);
    const operator = readOperator(this.text, at);
    if (operator !== null) {
      return this.#error('a field is missing before the operator', at, operator.to);
    }
    const instead = INSTEAD[character] ?? null;
    const hint = instead === null ? 'put text with special characters in quotes' : `write ${instead}`;
    return this.#error(`“${character}” is not expected here; ${hint}`, at, at + character.length, instead);
  }

  #character(): string {
    const code = this.text.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }
}
