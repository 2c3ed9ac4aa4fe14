import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSelector, printSelector } from './calico-selector.js';
import { matchesSelector } from './selector.js';
import { eitherSelector, labelsToMatch } from './widen-selector.js';

const selectors = fc
  .constantFrom(
    ...[
      "a == 'x'",
      "a != 'x'",
      "a in {'x', 'y'}",
      "a not in {'x'}",
      'has(b)',
      '!has(b)',
      'all()',
      '!(a == "x")',
    ],
    ...["a == 'x' && b == 'y'", "a == 'x' || has(c)", "(a == 'z' || b == 'y') && has(c)", "a contains 'x'"],
    ...["a == 'x' && a == 'y'", "a == 'x' && !has(a)"],
  )
  .map(parseSelector);
const labels = fc
  .dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y', 'z'), { maxKeys: 3 })
  .map((given) => new Map(Object.entries(given)));

describe('eitherSelector', () => {
  it.each([
    ["a == 'x'", "a == 'y'", 'a in {"x", "y"}'],
    ["a in {'x', 'y'}", "a == 'y'", 'a in {"x", "y"}'],
    ["a == 'x'", "b == 'y'", '(a == "x" || b == "y")'],
    ["a == 'x' || has(b)", "c == 'y'", '(a == "x" || has(b) || c == "y")'],
  ])('of %s and %s is %s', (a, b, expected) => {
    expect(printSelector(eitherSelector(parseSelector(a), parseSelector(b)))).toBe(expected);
  });

  it('selects what either does and nothing else', () => {
    fc.assert(
      fc.property(selectors, selectors, labels, (a, b, given) => {
        const expected = matchesSelector(a, given) || matchesSelector(b, given);
        expect(matchesSelector(eitherSelector(a, b), given)).toBe(expected);
      }),
    );
  });
});

describe('labelsToMatch', () => {
  it.each([
    ["a == 'x' && b in {'z', 'y'}", { a: 'x', b: 'y' }],
    ["a == 'x' && a == 'y'", null],
    ["(a == 'x' && b == 'y') || has(c)", { c: 'true' }],
    ["a starts with 'x'", null],
  ])('of %s are %o', (text, expected) => {
    expect(labelsToMatch(parseSelector(text), new Map())).toEqual(expected);
  });

  it('makes the selector match and changes no label that is there', () => {
    fc.assert(
      fc.property(selectors, labels, (selector, given) => {
        const more = labelsToMatch(selector, given);
        if (more === null) return;
        expect(Object.keys(more).filter((key) => given.has(key))).toEqual([]);
        expect(matchesSelector(selector, new Map([...given, ...Object.entries(more)]))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
