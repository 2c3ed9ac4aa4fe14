import { describe, expect, it } from 'vitest';
import { midSentence, momentWords } from './moment-words.js';

/** In the zone of whoever runs the test. */
const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 1, 2).getTime();

describe('a moment in words', () => {
  it('says its day where that is not today', () => {
    expect(momentWords(at(22, 9), at(22, 12))).toBe('09:01:02');
    expect(momentWords(at(21, 9), at(22, 12))).toBe('yesterday 09:01:02');
    expect(momentWords(at(18, 9), at(22, 12))).toBe('Wed 18 Nov 09:01:02');
  });

  it('begins small within a sentence', () => {
    expect(midSentence('Fri 20 Nov 23:00 – Yesterday 02:30')).toBe('Fri 20 Nov 23:00 – yesterday 02:30');
  });
});
