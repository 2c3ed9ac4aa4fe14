/// <reference types="node" />
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSelector, printSelector } from './calico-selector.js';
import { matchesSelector, type Selector } from './selector.js';
import { SelectorSyntaxError } from './selector-syntax-error.js';

interface Row {
  readonly selector: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly match?: boolean;
  readonly error?: boolean;
  readonly valid?: boolean;
  readonly canonical?: string;
  readonly parses?: boolean;
}

const vectors = new URL('../../../../shared/vectors/selectors.json', import.meta.url);

describe('parseSelector', () => {
  it.each([
    ["role == 'db'", { role: 'db' }, true],
    ["role != 'db'", {}, true],
    ["role not in {'db'}", {}, true],
    ["role in {'db', 'cache',}", { role: 'cache' }, true],
    ['role in {}', { role: 'cache' }, false],
    ["role contains 'a'", { role: 'cache' }, true],
    ["role startswith 'ca' && role ends with 'he'", { role: 'cache' }, true],
    ["!has(role) || role == 'db'", { role: 'web' }, false],
    ["!role == 'db'", { role: 'web' }, true],
    ['', {}, true],
    ['global()', {}, true],
  ])('reads %s', (text, labels, match) => {
    expect(matchesSelector(parseSelector(text), new Map(Object.entries(labels)))).toBe(match);
  });

  it.each([
    "role = 'db'",
    "role == 'db",
    'role',
    'has()',
    "role ==\n'db'",
    "a == 'b' &",
    '()',
    'role in {a}',
  ])('refuses %j', (text) => {
    expect(() => parseSelector(text)).toThrow(SelectorSyntaxError);
  });

  it('says where it stopped', () => {
    expect(() => parseSelector("role = 'db'")).toThrow(/after role at character 6/);
  });

  it('refuses what is nested beyond reason instead of overflowing', () => {
    expect(() => parseSelector(`${'('.repeat(100_000)}a == 'b'`)).toThrow(/deeply/);
    expect(() => parseSelector(`${'!'.repeat(100_000)}has(a)`)).toThrow(/deeply/);
  });

  it('does not write a value that would end its own quotes', () => {
    expect(() => printSelector({ op: 'eq', key: 'a', value: `'"` })).toThrow(RangeError);
  });

  it('reads back what printSelector writes', () => {
    fc.assert(
      fc.property(selectors(), (selector) => {
        const text = printSelector(selector);
        expect(printSelector(parseSelector(text))).toBe(text);
      }),
    );
  });
});

describe('the vectors of Calico', () => {
  const present = existsSync(vectors);
  it(present ? 'agree' : 'are absent: only the cases above were checked', () => {
    if (!present) return;
    // Rows are shaped as the vectors' own notes say.
    const rows = JSON.parse(readFileSync(vectors, 'utf8')) as readonly Row[];
    const wrong = rows.filter((row) => !agrees(row));
    expect(wrong).toEqual([]);
    expect(rows.length).toBeGreaterThan(100);
  });
});

function agrees(row: Row): boolean {
  const expectsError = row.error === true || row.parses === false;
  let selector: Selector;
  try {
    selector = parseSelector(row.selector);
  } catch {
    return expectsError;
  }
  if (expectsError) return false;
  if (row.canonical !== undefined && row.canonical !== printSelector(selector)) return false;
  if (row.match === undefined) return true;
  return matchesSelector(selector, new Map(Object.entries(row.labels ?? {}))) === row.match;
}

function selectors(): fc.Arbitrary<Selector> {
  const key = fc.stringMatching(/^[a-zA-Z0-9_./-]{1,8}$/);
  const value = fc.stringMatching(/^[^"]{0,8}$/);
  const { tree } = fc.letrec<{ tree: Selector }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<Selector>({ op: 'all' }, { op: 'global' }),
      key.map((k): Selector => ({ op: 'has', key: k })),
      fc
        .tuple(fc.constantFrom('eq', 'ne', 'contains', 'starts-with', 'ends-with'), key, value)
        .map(([op, k, v]): Selector => ({ op, key: k, value: v })),
      fc
        .tuple(fc.constantFrom('in', 'not-in'), key, fc.array(value))
        .map(([op, k, v]): Selector => ({ op, key: k, values: v })),
      tie('tree').map((of): Selector => ({ op: 'not', of })),
      fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(tie('tree'), { minLength: 2, maxLength: 3 }))
        .map(([op, of]): Selector => ({ op, of })),
    ),
  }));
  return tree;
}
