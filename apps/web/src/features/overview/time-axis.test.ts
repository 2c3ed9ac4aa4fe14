import { describe, expect, it } from 'vitest';
import { axisTicks, stampText, tickText } from './time-axis.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();

describe('axisTicks', () => {
  it('labels round times inside the window, no more than there is room for', () => {
    const ticks = axisTicks(at(22, 9, 3), at(22, 9, 18), 6);
    expect(ticks.map(tickText)).toEqual(['09:05', '09:10', '09:15']);
  });

  it.each([1, 3, 8, 20])('never gives more than %s and one over', (most) => {
    for (const length of [5 * MINUTE, HOUR, 7 * HOUR, 30 * HOUR, 30 * 24 * HOUR]) {
      expect(axisTicks(at(1, 2, 7), at(1, 2, 7) + length, most).length).toBeLessThanOrEqual(most + 1);
    }
  });

  it('names days where there is a midnight, and only days where there are many', () => {
    expect(axisTicks(at(21, 20), at(22, 8), 6).map(tickText)).toEqual([
      '20:00',
      '22:00',
      '22 Nov',
      '02:00',
      '04:00',
      '06:00',
    ]);
    const week = axisTicks(at(15, 9), at(22, 9), 8).map(tickText);
    expect(week).toEqual(['16 Nov', '17 Nov', '18 Nov', '19 Nov', '20 Nov', '21 Nov', '22 Nov']);
  });
});

it('stamps files in UTC', () => {
  expect(stampText(Date.UTC(2026, 10, 22, 9, 5, 7))).toBe('20261122-090507');
});
