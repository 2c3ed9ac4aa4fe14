import { millis } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentPrints } from './recent-prints.js';

const SPAN = 60_000;

describe('RecentPrints', () => {
  it('says what came within the span, as a map would', () => {
    const word = fc.oneof(fc.constantFrom(0, 1, 64, 128, 0xffff_ffff), fc.nat(3));
    const step = fc.record({ high: word, low: word.map((one) => (one | 1) >>> 0), passMs: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const prints = new RecentPrints(1_000, SPAN);
        const came = new Map<string, number>();
        let now = 1_000_000_000;
        for (const { high, low, passMs } of steps) {
          // Whole seconds, as that is what is remembered.
          now += passMs * 1_000;
          const at = came.get(`${high} ${low}`);
          const isNew = at === undefined || now - at >= SPAN;
          if (isNew) came.set(`${high} ${low}`, now);
          expect(prints.add(high, low, millis(now))).toBe(isNew);
        }
      }),
    );
  });

  it('holds many', () => {
    const prints = new RecentPrints(1_000_000, SPAN);
    const count = 60_000;
    const add = (at: number) => prints.add(Math.imul(at, 0x9e3779b1) >>> 0, (at * 2 + 1) >>> 0, millis(SPAN));
    for (let at = 0; at < count; at++) expect(add(at)).toBe(true);
    for (let at = 0; at < count; at++) expect(add(at)).toBe(false);
  });

  it('forgets the oldest when there are too many, and counts them', () => {
    const prints = new RecentPrints(100, SPAN);
    const add = (at: number) => prints.add(at, 1, millis(SPAN));
    for (let at = 0; at < 250; at++) add(at);
    expect(prints.forgottenEarly).toBe(100);
    expect(add(0)).toBe(true);
    expect(add(249)).toBe(false);
  });
});
