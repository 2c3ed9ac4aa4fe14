import { ENDPOINT_KINDS, type Endpoint, GROUPINGS } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_VIEW, rowKeyFromText, rowKeyText, type View, viewFromUrl, viewToUrl } from './view-url.js';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const at = fc.integer({ min: 0, max: 4_000_000_000_000 });

const stretch = fc
  .tuple(at, fc.integer({ min: 1, max: 2_592_000_000 }))
  .map(([from, length]) => ({ from, to: from + length }));

const shared = {
  filter: text,
  disabled: fc.array(text, { maxLength: 3 }),
  grouping: fc.constantFrom(...GROUPINGS),
  sort: fc.record({ column: fc.constantFrom('attention', 'lastSeen', 'source'), descending: fc.boolean() }),
  selected: fc.option(text),
  compare: fc.option(
    fc.oneof(
      fc.record({ kind: fc.constantFrom('before' as const, 'day' as const, 'week' as const) }),
      stretch.map((span) => ({ kind: 'window' as const, ...span })),
    ),
  ),
  policy: fc.option(text),
  trial: fc.option(fc.constantFrom('edit' as const, 'new' as const, 'enforce' as const, 'remove' as const)),
  recommend: fc.option(text),
};

const spans = fc.oneof(
  fc.integer({ min: 1, max: 2_592_000_000 }),
  fc.integer({ min: 1, max: 30 }).map((days) => days * 86_400_000),
);

const views: fc.Arbitrary<View> = fc.oneof(
  fc.record({
    ...shared,
    window: spans.map((sinceMs) => ({ kind: 'live' as const, sinceMs })),
    play: fc.constant(null),
  }),
  fc.record({
    ...shared,
    window: stretch.map((span) => ({ kind: 'fixed' as const, ...span })),
    play: fc.option(fc.record({ speed: fc.integer({ min: 1, max: 60 }), spanMs: spans, at: fc.option(at) })),
  }),
);

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
    [86_400_000, '?last=24h'],
    [172_800_000, '?last=2d'],
    [604_800_000, '?last=7d'],
  ])('says %i ms as %s', (sinceMs, search) => {
    expect(viewToUrl({ ...DEFAULT_VIEW, window: { kind: 'live', sinceMs } })).toBe(search);
    expect(viewFromUrl(search).window).toEqual({ kind: 'live', sinceMs });
  });

  it('says what is compared and played', () => {
    const fixed: View = {
      ...DEFAULT_VIEW,
      window: { kind: 'fixed', from: 1000, to: 2000 },
      compare: { kind: 'window', from: 10, to: 20 },
      play: { speed: 10, spanMs: 300_000, at: null },
    };
    expect(viewToUrl(fixed)).toBe('?from=1000&to=2000&compare=10-20&play=10x,5m');
    expect(viewToUrl({ ...fixed, compare: { kind: 'day' }, play: null })).toBe(
      '?from=1000&to=2000&compare=day',
    );
  });

  it('plays nothing in a live window', () => {
    const play = { speed: 10, spanMs: 300_000, at: null };
    expect(viewToUrl({ ...DEFAULT_VIEW, play })).toBe('');
    expect(viewFromUrl('?play=10x,5m').play).toBeNull();
  });

  it.each(['fast', '0x,5m', '61x,5m', '10x', '10x,0m', '10x,5m,soon', '10x,5m,1,2'])(
    'plays nothing where play is %s',
    (said) => {
      expect(viewFromUrl(`?from=1000&to=2000&play=${said}`).play).toBeNull();
    },
  );

  it.each([
    '?last=soon',
    '?last=0m',
    '?last=999999999d',
    '?compare=planet',
    '?compare=20-10',
    '?compare=10',
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
