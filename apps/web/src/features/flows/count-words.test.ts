import { parseFilter } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { countWords } from './count-words.js';
import { sortWords } from './sort-words.js';

const ALL = { grouping: 'connection', order: 'denied first', filter: parseFilter('') } as const;

describe('how much is on screen', () => {
  it('is everything, where it is', () => {
    expect(countWords({ ...ALL, total: 1_204, held: 1_204 })).toEqual({
      count: '1,204',
      what: 'connections',
      narrowed: '',
    });
    expect(countWords({ ...ALL, grouping: 'flow', total: 1, held: 1 }).what).toBe('report');
  });

  it('is so many of so many, and which', () => {
    expect(countWords({ ...ALL, total: 1_204_331, held: 5_000 })).toEqual({
      count: '5,000 of 1,204,331',
      what: 'connections, denied first',
      narrowed: 'a filter finds the others',
    });
  });

  it('says what the filter leaves', () => {
    const filter = parseFilter('verdict=deny source.namespace=shop');
    expect(countWords({ ...ALL, filter, total: 9, held: 9 }).narrowed).toBe(
      'narrowed to denied flows from shop to anything',
    );
  });
});

describe('the order in words', () => {
  it('follows column and direction', () => {
    expect(sortWords('bytes', true)).toBe('most bytes first');
    expect(sortWords('lastSeen', false)).toBe('earliest first');
    expect(sortWords('constructor', false)).toBe('denied first');
  });
});
