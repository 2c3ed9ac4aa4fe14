import { describe, expect, it } from 'vitest';
import { changedLines, othersWords, type Totals } from './change-words.js';

const none = { lines: 0, connections: 0, bytes: 0 };
const of = (denied: number, allowed: number, uncertain: number): Totals => ({
  'newly-denied': { ...none, lines: denied },
  'newly-allowed': { ...none, lines: allowed },
  uncertain: { ...none, lines: uncertain },
});

describe('what else a change does', () => {
  it('is empty where it does nothing else', () => {
    expect(othersWords(of(0, 0, 0))).toBe('');
    expect(changedLines(of(0, 0, 0))).toBe(0);
  });

  it('names each direction that there is', () => {
    expect(othersWords(of(0, 3, 0))).toBe('also allows 3 other connections');
    expect(othersWords(of(1, 0, 0))).toBe('also denies 1 other connection');
    expect(othersWords(of(2, 1, 4))).toBe(
      'also allows 1 other connection, denies 2 other connections, and cannot tell for 4 connections',
    );
    expect(othersWords(of(0, 0, 1))).toBe('cannot tell for 1 connection');
    expect(changedLines(of(2, 1, 4))).toBe(7);
  });
});
