import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUNTER_NAMES, type Counters } from './counters.js';
import { EVIDENCE_NAMES, type Evidence, leftOut, type Tally, tallyOf } from './evidence.js';
import { type Mergeable, mergeFlows } from './merge.js';
import { millis } from './time.js';

const count = fc.option(fc.nat({ max: 1_000_000 }), { nil: null });
const counters: fc.Arbitrary<Counters> = fc.record(
  Object.fromEntries(COUNTER_NAMES.map((name) => [name, count])) as Record<keyof Counters, typeof count>,
);
const labels = fc.option(
  fc.uniqueArray(fc.constantFrom('app=a', 'app=b', 'tier=web', 'team=x', 'v=1')).map((list) => list.sort()),
  { nil: null },
);
const tally = fc.array(fc.nat({ max: 30 }).map(String), { maxLength: 12 }).map(tallyOf);
const evidence: fc.Arbitrary<Evidence> = fc.record(
  Object.fromEntries(EVIDENCE_NAMES.map((name) => [name, tally])) as Record<
    keyof Evidence,
    fc.Arbitrary<Tally>
  >,
);
const time = fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }).map(millis);
const mergeable: fc.Arbitrary<Mergeable> = fc.record({
  counters,
  sourceLabels: labels,
  destLabels: labels,
  evidence,
  firstSeen: time,
  lastSeen: time,
});

describe('mergeFlows', () => {
  it('is commutative', () => {
    fc.assert(
      fc.property(mergeable, mergeable, (a, b) => {
        expect(mergeFlows(a, b)).toEqual(mergeFlows(b, a));
      }),
    );
  });

  it('is associative', () => {
    fc.assert(
      fc.property(mergeable, mergeable, mergeable, (a, b, c) => {
        expect(mergeFlows(mergeFlows(a, b), c)).toEqual(mergeFlows(a, mergeFlows(b, c)));
      }),
    );
  });

  it('takes unknown for nothing said, not for zero', () => {
    fc.assert(
      fc.property(mergeable, mergeable, (a, b) => {
        const merged = mergeFlows(a, b).counters;
        for (const name of COUNTER_NAMES) {
          expect(merged[name] === null).toBe(a.counters[name] === null && b.counters[name] === null);
        }
      }),
    );
  });

  it('accounts for every mention in evidence', () => {
    fc.assert(
      fc.property(mergeable, mergeable, (a, b) => {
        const merged = mergeFlows(a, b).evidence;
        for (const name of EVIDENCE_NAMES) {
          expect(merged[name].mentions).toBe(a.evidence[name].mentions + b.evidence[name].mentions);
          expect(leftOut(merged[name])).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('keeps only labels that both have', () => {
    fc.assert(
      fc.property(mergeable, mergeable, (a, b) => {
        const merged = mergeFlows(a, b).sourceLabels ?? [];
        for (const label of merged) {
          expect(a.sourceLabels === null || a.sourceLabels.includes(label)).toBe(true);
          expect(b.sourceLabels === null || b.sourceLabels.includes(label)).toBe(true);
        }
      }),
    );
  });
});
