import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayFrom, fixedZone, fromWall, namedZone, toWall, UTC, weekdayOf } from './wall-clock.js';

const HOUR = 3_600_000;
const moments = fc.integer({ min: 0, max: 4_000_000_000_000 });

describe('clocks on walls', () => {
  it.each([
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'UTC',
  ])('finds the moment at which the clocks of %s show a time, the first of two', (name) => {
    const zone = namedZone(name);
    fc.assert(
      fc.property(moments, (at) => {
        const found = fromWall(toWall(at, zone), zone);
        expect(toWall(found.at, zone)).toEqual(toWall(at, zone));
        expect(found.at === at || (found.oddity === 'twice' && found.at < at)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('takes a time that is never shown as if clocks went on', () => {
    const berlin = namedZone('Europe/Berlin');
    const never = { year: 2026, month: 3, day: 29, hour: 2, minute: 30, second: 0, ms: 0 };
    const found = fromWall(never, berlin);
    expect(found.oddity).toBe('skipped');
    expect(toWall(found.at, berlin)).toEqual({ ...never, hour: 3 });
  });

  it('knows the days', () => {
    const friday = toWall(Date.parse('2026-02-27T23:30:00Z'), UTC);
    expect(weekdayOf(friday)).toBe(5);
    expect(dayFrom(friday, 2)).toMatchObject({ month: 3, day: 1, hour: 0 });
    expect(weekdayOf(dayFrom(friday, 2))).toBe(7);
    expect(toWall(0, fixedZone(-HOUR))).toMatchObject({ year: 1969, month: 12, day: 31, hour: 23 });
  });
});
