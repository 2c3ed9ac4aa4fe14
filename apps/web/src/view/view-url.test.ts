import { ENDPOINT_KINDS, type Endpoint, GROUPINGS } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_VIEW, rowKeyFromText, rowKeyText, type View, viewFromUrl, viewToUrl } from './view-url.js';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const at = fc.integer({ min: 0, max: 4_000_000_000_000 });

const views: fc.Arbitrary<View> = fc.record({
  filter: text,
  disabled: fc.array(text, { maxLength: 3 }),
  window: fc.oneof(
    fc.record({ kind: fc.constant('live' as const), sinceMs: fc.integer({ min: 1, max: 100_000_000 }) }),
    fc
      .tuple(at, fc.integer({ min: 1, max: 3_600_000 }))
      .map(([from, length]) => ({ kind: 'fixed' as const, from, to: from + length })),
  ),
  grouping: fc.constantFrom(...GROUPINGS),
  sort: fc.record({ column: fc.constantFrom('attention', 'lastSeen', 'source'), descending: fc.boolean() }),
  selected: fc.option(text),
});

const endpoints: fc.Arbitrary<Endpoint> = fc.record({
  kind: fc.constantFrom(...ENDPOINT_KINDS),
  namespace: text,
  name: text,
  address: text,
});

describe('the view in the URL', () => {
  it('comes back from its own query string', () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(viewFromUrl(viewToUrl(view))).toEqual(view);
      }),
    );
  });

  it('leaves the defaults out', () => {
    expect(viewToUrl(DEFAULT_VIEW)).toBe('');
    expect(viewFromUrl('')).toEqual(DEFAULT_VIEW);
  });

  it('stays readable', () => {
    const view: View = {
      ...DEFAULT_VIEW,
      filter: 'verdict=deny port=5432',
      window: { kind: 'live', sinceMs: 3_600_000 },
      grouping: 'workload',
    };
    expect(viewToUrl(view)).toBe('?filter=verdict=deny+port=5432&last=1h&by=workload');
  });

  it.each([
    '?last=soon',
    '?last=0m',
    '?by=planet',
    '?from=10',
    '?from=20&to=10',
    '?from=-5&to=10',
    '?sort=a+b',
    '?sort=',
  ])('takes the default where %s makes no sense', (search) => {
    expect(viewFromUrl(search)).toEqual(DEFAULT_VIEW);
  });
});

describe('the name of a row', () => {
  it('comes back from its text whatever its parts hold', () => {
    fc.assert(
      fc.property(
        endpoints,
        endpoints,
        fc.integer({ min: 0, max: 65_535 }),
        text,
        text,
        (source, dest, port, protocol, report) => {
          const key = rowKeyText(source, dest, port, protocol, report);
          expect(rowKeyFromText(key)).toEqual({ source, dest, port, protocol, report });
        },
      ),
    );
  });

  it.each(['', 'workload|a|b', 'planet|a|b||workload|c|d||80|tcp', 'workload|a|b||workload|c|d||http|tcp'])(
    'is none in %j',
    (nonsense) => {
      expect(rowKeyFromText(nonsense)).toBeNull();
    },
  );
});
