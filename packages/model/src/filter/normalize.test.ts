import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTHING, normalizeFilter } from './normalize.js';
import { filters } from './test-arbitraries.js';
import { EVERYTHING, type Filter } from './tree.js';

const word = (value: string): Filter => ({ type: 'text', value });

describe('normalizeFilter', () => {
  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const normal = normalizeFilter(filter);
        expect(normalizeFilter(normal)).toEqual(normal);
      }),
    );
  });

  it('flattens and drops what adds nothing', () => {
    expect(
      normalizeFilter({
        type: 'and',
        nodes: [
          EVERYTHING,
          { type: 'and', nodes: [word('a'), word('')] },
          { type: 'or', nodes: [word('b')] },
        ],
      }),
    ).toEqual({ type: 'and', nodes: [word('a'), word('b')] });
  });

  it('knows everything and nothing', () => {
    expect(normalizeFilter({ type: 'or', nodes: [word('a'), EVERYTHING] })).toEqual(EVERYTHING);
    expect(normalizeFilter({ type: 'and', nodes: [word('a'), NOTHING] })).toEqual(NOTHING);
    expect(normalizeFilter({ type: 'or', nodes: [] })).toEqual(NOTHING);
    expect(normalizeFilter({ type: 'and', nodes: [] })).toEqual(EVERYTHING);
    expect(normalizeFilter({ type: 'not', node: NOTHING })).toEqual(EVERYTHING);
  });

  it('takes a list without values for none of nothing', () => {
    expect(normalizeFilter({ type: 'clause', field: 'policy', op: '=', values: [] })).toEqual(NOTHING);
    expect(normalizeFilter({ type: 'clause', field: 'policy', op: '!=', values: [] })).toEqual(EVERYTHING);
  });
});
