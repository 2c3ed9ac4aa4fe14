import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILTER_LIMITS, parseFilter } from './parse.js';
import { FilterSyntaxError } from './syntax-error.js';
import { EVERYTHING } from './tree.js';

function errorOf(text: string): FilterSyntaxError {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof FilterSyntaxError) return error;
    throw error;
  }
  throw new Error(`no error in ${text}`);
}

const clause = (field: string, op: string, ...values: string[]) => ({ type: 'clause', field, op, values });

describe('parseFilter', () => {
  it('takes empty text for everything', () => {
    expect(parseFilter('')).toEqual(EVERYTHING);
    expect(parseFilter('  \n')).toEqual(EVERYTHING);
  });

  it('reads clauses, lists, words and negation', () => {
    expect(parseFilter('namespace=shop Pod != "a b",c frontend -policy=allow-dns')).toEqual({
      type: 'and',
      nodes: [
        clause('namespace', '=', 'shop'),
        clause('workload', '!=', 'a b', 'c'),
        { type: 'text', value: 'frontend' },
        { type: 'not', node: clause('policy', '=', 'allow-dns') },
      ],
    });
  });

  it('lets and bind closer than or, and not closest', () => {
    expect(parseFilter('a b or not c and d')).toEqual({
      type: 'or',
      nodes: [
        {
          type: 'and',
          nodes: [
            { type: 'text', value: 'a' },
            { type: 'text', value: 'b' },
          ],
        },
        {
          type: 'and',
          nodes: [
            { type: 'not', node: { type: 'text', value: 'c' } },
            { type: 'text', value: 'd' },
          ],
        },
      ],
    });
  });

  it('reads values that look like other things', () => {
    expect(parseFilter('label=app=web')).toEqual(clause('label', '=', 'app=web'));
    expect(parseFilter('namespace=or')).toEqual(clause('namespace', '=', 'or'));
    expect(parseFilter('workload=frontend-7d9f5c8b6d-*')).toEqual(
      clause('workload', '=', 'frontend-7d9f5c8b6d-*'),
    );
    expect(parseFilter('ip=2001:db8::/32')).toEqual(clause('ip', '=', '2001:db8::/32'));
    expect(parseFilter('policy="a\\\\b\\"c"')).toEqual(clause('policy', '=', 'a\\b"c'));
    expect(parseFilter('namespace=größe')).toEqual(clause('namespace', '=', 'größe'));
  });

  it.each([
    ['namespce=x', 0, 8, 'namespace', 'did you mean namespace?'],
    ['a verdict=dney', 10, 14, 'deny', 'did you mean deny?'],
    ['verdict=denid', 8, 13, 'deny', 'allow, deny, unknown'],
    ['port=abc', 5, 8, null, 'port wants a number 0-65535'],
    ['port=65536', 5, 10, null, '0-65535'],
    ['port=80,x', 8, 9, null, 'port wants a number'],
    ['bytes>big', 6, 9, null, '10kB'],
    ['age<5', 4, 5, null, '5m'],
    ['ip=10.0.0.0/40', 3, 14, null, '10.0.0.0/8'],
    ['app=web', 0, 3, null, 'label=app=web'],
    ['verdict~de', 7, 8, null, 'it takes = !='],
    ['port>1,2', 6, 7, null, 'one value'],
    ['(a', 0, 1, ')', 'not closed'],
    ['a)', 1, 2, null, 'closes nothing'],
    ['a or', 4, 4, null, 'missing'],
    ['or a', 0, 2, null, 'before “or”'],
    ['policy="x', 7, 9, '"', 'not closed'],
    ['policy=', 7, 7, null, 'a value is missing'],
    ['policy=a~b', 8, 9, null, 'quotes'],
    ['policy=#', 7, 8, null, 'quotes'],
    ['a && b', 2, 3, 'and', 'write and'],
    ['= b', 0, 1, null, 'a field is missing'],
    ['a 😀', 2, 4, null, '😀'],
  ])('says what is wrong with %j, and where', (text, from, to, suggestion, words) => {
    const error = errorOf(text);
    expect(error).toMatchObject({ code: 'filter-syntax', from, to, suggestion });
    expect(error.message).toContain(words);
  });

  it('limits length, depth and clauses', () => {
    expect(errorOf('x'.repeat(FILTER_LIMITS.length + 1)).message).toContain('8192');
    expect(errorOf('('.repeat(5_000)).message).toContain('32 deep');
    expect(errorOf('-'.repeat(5_000)).message).toContain('32 deep');
    expect(errorOf('not '.repeat(2_000)).message).toContain('32 deep');
    expect(errorOf('a '.repeat(FILTER_LIMITS.clauses + 1)).message).toContain('256 clauses');
    expect(parseFilter(`${'('.repeat(32)}a${')'.repeat(32)}`)).toEqual({ type: 'text', value: 'a' });
  });

  it('gives any text a filter or an error inside the text', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '"',
      '\\',
      '-',
      ',',
      '=',
      '!',
      '~',
      'or ',
      'port',
      'a',
      ' ',
      '>',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join('')),
        ),
        (text) => {
          try {
            parseFilter(text);
          } catch (error) {
            if (!(error instanceof FilterSyntaxError)) throw error;
            expect(error.from).toBeLessThanOrEqual(error.to);
            expect(error.to).toBeLessThanOrEqual(text.length);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
