import { describe, expect, it } from 'vitest';
import { parseBytes, parseDuration } from './units.js';

describe('units', () => {
  it.each([
    ['512', 512],
    ['10kB', 10_000],
    ['1MB', 1_000_000],
    ['1MiB', 1_048_576],
    ['1.5gib', 1_610_612_736],
    ['2k', 2_000],
    ['1XB', Number.NaN],
    ['kB', Number.NaN],
    ['-1', Number.NaN],
    ['', Number.NaN],
    ['1constructor', Number.NaN],
  ])('reads the size %j', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['1.5d', 129_600_000],
    ['5', Number.NaN],
    ['m', Number.NaN],
    ['5 m', Number.NaN],
  ])('reads the time %j', (text, ms) => expect(parseDuration(text)).toBe(ms));
});
