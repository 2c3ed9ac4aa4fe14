import { describe, expect, it } from 'vitest';
import { momentWords, spanWords, utcSpanWords, utcWords } from './span-words.js';

/** In the zone of whoever runs the test. */
function at(day: number, hours: number, minutes = 0, seconds = 0): number {
  return new Date(2026, 10, day, hours, minutes, seconds).getTime();
}

describe('a stretch in words', () => {
  const now = at(22, 12);

  it('leaves out today, and seconds that are none', () => {
    expect(spanWords({ from: at(22, 9), to: at(22, 10, 30) }, now)).toBe('09:00–10:30');
    expect(spanWords({ from: at(22, 9), to: at(22, 9, 0, 15) }, now)).toBe('09:00:00–09:00:15');
  });

  it('says another day once, and both where there are two', () => {
    expect(spanWords({ from: at(21, 14), to: at(21, 15) }, now)).toBe('21 Nov 14:00–15:00');
    expect(spanWords({ from: at(21, 23), to: at(22, 1) }, now)).toBe('21 Nov 23:00 – 22 Nov 01:00');
  });

  it('is in UTC too', () => {
    const from = Date.UTC(2026, 10, 21, 14);
    expect(utcWords(from)).toBe('2026-11-21 14:00:00 UTC');
    expect(utcSpanWords({ from, to: from + 60_000 })).toBe('2026-11-21 14:00:00 – 2026-11-21 14:01:00 UTC');
  });

  it('says the day of a moment only where it is another', () => {
    expect(momentWords(at(22, 9, 1, 2), now)).toBe('09:01:02');
    expect(momentWords(at(20, 9, 1, 2), now)).toBe('20 Nov 09:01:02');
  });
});
