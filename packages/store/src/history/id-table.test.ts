import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdTable } from './id-table.js';

const tuple = fc.tuple(fc.nat(3), fc.nat(1_000_000), fc.integer({ min: 0, max: 2 ** 32 - 1 }));

describe('a table of ids', () => {
  it('gives each tuple one id, from 1 on, and finds it again', () =>
    fc.assert(
      fc.property(fc.array(tuple, { maxLength: 3_000 }), (tuples) => {
        const table = new IdTable(3);
        const known = new Map<string, number>();
        for (const words of tuples) {
          const text = words.join();
          const found = table.upsert(Uint32Array.from(words));
          expect(found).toBe(known.get(text) ?? -(known.size + 1));
          known.set(text, Math.abs(found));
        }
        expect([table.size, table.bound]).toEqual([known.size, known.size + 1]);
        for (const [text, id] of known) {
          const words = text.split(',').map(Number);
          expect(table.find(Uint32Array.from(words))).toBe(id);
          expect(words.map((_, at) => table.word(id, at))).toEqual(words);
        }
      }),
      { numRuns: 30 },
    ));

  it('leaves out ids that were let go of, and gives none of them again', () => {
    const table = new IdTable(1);
    for (const id of [3, 4, 900, 40_000]) table.put(id, Uint32Array.of(id * 7));
    expect(table.find(Uint32Array.of(6_300))).toBe(900);
    expect(table.find(Uint32Array.of(1))).toBe(0);
    expect(table.word(5, 0)).toBe(0);
    expect(table.upsert(Uint32Array.of(1))).toBe(-40_001);
    expect(table.size).toBe(5);
    expect(() => table.put(0, Uint32Array.of(2))).toThrow(RangeError);
  });
});
