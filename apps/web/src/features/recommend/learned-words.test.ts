import { describe, expect, it } from 'vitest';
import { reportersWords, stableWords } from './learned-words.js';

describe('how settled what was learned is', () => {
  it('is told by how long nothing new was seen', () => {
    expect(stableWords({ stableForMs: null })).toBe('nothing was seen to learn from');
    expect(stableWords({ stableForMs: 20_000 })).toBe('still learning: something new within the last minute');
    expect(stableWords({ stableForMs: 3 * 3_600_000 })).toBe('nothing new for 3 h');
  });

  it('is told by who reported it', () => {
    expect([0, 1, 2].map(reportersWords)).toEqual(['–', 'one end', 'both ends']);
  });
});
