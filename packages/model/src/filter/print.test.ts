import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeFilter } from './normalize.js';
import { parseFilter } from './parse.js';
import { printFilter } from './print.js';
import { filters } from './test-arbitraries.js';

describe('printFilter', () => {
  it('prints what reads back as the same filter, for any tree', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(parseFilter(printFilter(filter))).toEqual(normalizeFilter(filter));
      }),
      { numRuns: 500 },
    );
  });

  it('prints its own text unchanged', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const text = printFilter(filter);
        expect(printFilter(parseFilter(text))).toBe(text);
      }),
    );
  });

  it.each([
    ['', ''],
    ['NS = shop', 'namespace=shop'],
    ['namespace=shop and port=80', 'namespace=shop port=80'],
    ['not verdict=denied', '-verdict=deny'],
    ['a b or c', '(a b) or c'],
    ['(a or b) c', '(a or b) c'],
    ['((a))', 'a'],
    ['-(a b)', 'not (a b)'],
    ['policy="say \\"hi\\""', 'policy="say \\"hi\\""'],
    ['dest.address=""', 'dest.address=""'],
    ['"and"', '"and"'],
    ['"-x"', '"-x"'],
    ['namespace==shop', 'namespace=shop'],
    ['label=app=web', 'label=app=web'],
    ['label="=x"', 'label="=x"'],
    ['policy.kind=networkpolicy protocol=TCP', 'policy.kind=NetworkPolicy protocol=tcp'],
    ['port=80 , 443,80', 'port=80,443'],
    ['not ()', 'not ()'],
  ])('prints %j as %j', (text, printed) => expect(printFilter(parseFilter(text))).toBe(printed));
});
