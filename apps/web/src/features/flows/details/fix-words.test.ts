import { describe, expect, it } from 'vitest';
import { reachOf } from './fix-words.js';

const none = { lines: 0, connections: 0, bytes: 0 };
const OTHERS = { 'newly-denied': none, 'newly-allowed': none, uncertain: none };
const some = { lines: 2, connections: 9, bytes: 0 };

describe('what else a fix does', () => {
  it('is told in one tone each for nothing, for more, and for a denial', () => {
    expect(reachOf({ others: OTHERS }, 'denied')).toEqual({
      text: 'allows nothing else observed',
      tone: 'nothing',
    });
    expect(reachOf({ others: { ...OTHERS, 'newly-allowed': some } }, 'denied')).toEqual({
      text: 'also allows 2 other connections',
      tone: 'more',
    });
    expect(reachOf({ others: { ...OTHERS, 'newly-denied': some } }, 'denied').tone).toBe('denies');
    expect(reachOf({ others: { ...OTHERS, uncertain: some } }, 'denied').tone).toBe('more');
  });

  it('keeps allowed what is only going to be denied', () => {
    expect(reachOf({ others: OTHERS }, 'would-be-denied').text).toBe('changes nothing else observed');
    expect(reachOf({ others: { ...OTHERS, 'newly-allowed': some } }, 'would-be-denied').text).toBe(
      'also keeps allowed 2 other connections',
    );
  });
});
