import { describe, expect, it } from 'vitest';
import { formatAge, formatBytes, formatCount, formatDuration, formatShort, plural } from './format.js';

describe('format', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [999.6, '1.0 kB'],
    [1234, '1.2 kB'],
    [9_940, '9.9 kB'],
    [9_960, '10 kB'],
    [999_499, '999 kB'],
    [999_501, '1.0 MB'],
    [3_900_000_000, '3.9 GB'],
    [null, '–'],
  ])('writes %s bytes as %s', (value, text) => {
    expect(formatBytes(value)).toBe(text);
  });

  it.each([
    [-40, 'now'],
    [1_499, 'now'],
    [1_500, '2 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [3_600_000, '1 h'],
    [172_800_000, '2 d'],
  ])('calls an age of %s ms %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });

  it('shows tenths of a second where they matter', () => {
    expect(formatDuration(380)).toBe('0.4 s');
    expect(formatDuration(1_500)).toBe('2 s');
    expect(formatDuration(-1)).toBe('0.0 s');
  });

  it('groups thousands and shortens what would not fit', () => {
    expect(formatCount(1204)).toBe('1,204');
    expect(formatCount(null)).toBe('–');
    expect(formatShort(9_999)).toBe('9,999');
    expect(formatShort(12_345)).toBe('12k');
    expect(formatShort(1_900_000)).toBe('1.9M');
  });

  it('counts in words', () => {
    expect(plural(1, 'agent')).toBe('1 agent');
    expect(plural(0, 'agent')).toBe('0 agents');
    expect(plural(1204, 'reply', 'replies')).toBe('1,204 replies');
  });
});
