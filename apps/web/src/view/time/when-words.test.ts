import { describe, expect, it } from 'vitest';
import { namedZone } from './wall-clock.js';
import { lengthWords, spanWords, stretchWords, utcMoment, utcWords, windowWords } from './when-words.js';

const here = { now: Date.parse('2026-11-22T09:30:00Z'), zone: namedZone('Europe/Berlin') };
const at = (text: string) => Date.parse(text);

describe('windows in words', () => {
  it.each([
    [300_000, '5 minutes'],
    [60_000, '1 minute'],
    [3_600_000, '1 hour'],
    [5_400_000, '1 hour 30 minutes'],
    [86_400_000, '24 hours'],
    [90_000_000, '25 hours'],
    [172_800_000, '2 days'],
    [604_800_000, '7 days'],
    [15_000, '15 seconds'],
    [10, '1 second'],
  ])('%i ms is %s', (ms, words) => {
    expect(spanWords(ms)).toBe(words);
  });

  it('leaves out the one of a single one', () => {
    expect(windowWords({ kind: 'live', sinceMs: 900_000 }, here)).toBe('Last 15 minutes');
    expect(windowWords({ kind: 'live', sinceMs: 3_600_000 }, here)).toBe('Last hour');
    expect(windowWords({ kind: 'live', sinceMs: 5_400_000 }, here)).toBe('Last 1 hour 30 minutes');
  });

  it.each([
    ['2026-11-22T08:00Z', '2026-11-22T09:00Z', 'Today 09:00 – 10:00'],
    ['2026-11-21T13:00Z', '2026-11-21T14:00Z', 'Yesterday 14:00 – 15:00'],
    ['2026-11-21T13:00:15Z', '2026-11-21T14:00Z', 'Yesterday 14:00:15 – 15:00:00'],
    ['2026-11-20T13:00Z', '2026-11-20T14:00Z', 'Fri 20 Nov 14:00 – 15:00'],
    ['2025-11-20T13:00Z', '2025-11-20T14:00Z', 'Thu 20 Nov 2025 14:00 – 15:00'],
    ['2026-11-20T22:00Z', '2026-11-21T01:30Z', 'Fri 20 Nov 23:00 – Yesterday 02:30'],
    ['2026-11-20T22:00Z', '2026-11-20T23:00Z', 'Fri 20 Nov 23:00 – 24:00'],
    ['2026-11-20T23:00Z', '2026-11-21T23:00Z', 'Yesterday'],
    ['2026-11-17T23:00Z', '2026-11-19T23:00Z', 'Wed 18 Nov – Thu 19 Nov'],
    ['2026-10-24T22:00Z', '2026-10-25T23:00Z', 'Sun 25 Oct'],
  ])('%s to %s is %s', (from, to, words) => {
    expect(stretchWords(at(from), at(to), here)).toBe(words);
  });

  it('says the same in UTC', () => {
    expect(utcWords(at('2026-11-21T13:00Z'), at('2026-11-21T14:00Z'))).toBe('21 Nov 13:00 – 14:00 UTC');
    expect(utcWords(at('2026-11-20T22:00Z'), at('2026-11-21T01:30:15Z'))).toBe(
      '20 Nov 22:00:00 – 21 Nov 01:30:15 UTC',
    );
    expect(utcMoment(at('2026-11-21T13:00:05Z'))).toBe('21 Nov 2026 13:00:05 UTC');
  });

  it('tells the length', () => {
    expect(lengthWords({ kind: 'fixed', from: 0, to: 3_600_000 })).toBe('1 h');
  });
});
