import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.js';

describe('nearest', () => {
  it('counts a swap of neighbours as one slip', () => {
    expect(editDistance('dney', 'deny')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  it('finds slips and beginnings, and nothing far-fetched', () => {
    const words = ['namespace', 'port', 'protocol'];
    expect(nearest('namspace', words)).toBe('namespace');
    expect(nearest('prot', words)).toBe('port');
    expect(nearest('NAMES', words)).toBe('namespace');
    expect(nearest('zebra', words)).toBeNull();
    expect(nearest('', words)).toBeNull();
  });
});
