import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TupleTable } from './tuple-table.js';

const tuple = fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 }));

describe('TupleTable', () => {
  it('behaves as a map from tuples to indices under any adding and removing', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ tuple, remove: fc.boolean() }), { maxLength: 400 }), (steps) => {
        const table = new TupleTable(2);
        const model = new Map<string, number>();
        for (const { tuple, remove } of steps) {
          const name = tuple.join();
          const known = model.get(name);
          if (remove && known !== undefined) {
            table.remove(known);
            model.delete(name);
            continue;
          }
          const found = table.upsert(Uint32Array.from(tuple));
          if (known === undefined) {
            expect(found).toBeLessThan(0);
            model.set(name, -1 - found);
          } else expect(found).toBe(known);
        }
        expect(table.size).toBe(model.size);
        expect(new Set(model.values()).size).toBe(model.size);
      }),
    );
  });

  it('keeps everything while it grows', () => {
    const table = new TupleTable(1);
    const first = Array.from({ length: 50_000 }, (_, n) => table.upsert(Uint32Array.of(n)));
    const again = Array.from({ length: 50_000 }, (_, n) => table.upsert(Uint32Array.of(n)));
    expect(first.every((index, n) => index === -1 - n)).toBe(true);
    expect(again.every((index, n) => index === n)).toBe(true);
  });
});
