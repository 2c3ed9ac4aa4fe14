import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gather } from './gather.js';
import type { Piece } from './sources/flow-source.js';

function piece(...lines: string[]): Piece {
  return { lines, numbers: lines.map((_, at) => at + 1), checkpoint: null };
}

async function* give(pieces: readonly Piece[]): AsyncGenerator<Piece> {
  yield* pieces;
}

async function all(pieces: AsyncIterable<Piece>): Promise<Piece[]> {
  const got: Piece[] = [];
  for await (const one of pieces) got.push(one);
  return got;
}

const WIDE = { maxRecords: 100, maxBytes: 1_000, waitMs: 60_000 };

describe('gather', () => {
  it('joins what comes together, and sends the rest at the end', async () => {
    const got = await all(gather(give([piece('a'), piece('b', 'c')]), WIDE));
    expect(got.map((batch) => batch.lines)).toEqual([['a', 'b', 'c']]);
  });

  it('does not wait for lines that do not come', async () => {
    let end = () => {};
    async function* slow(): AsyncGenerator<Piece> {
      yield piece('a');
      await new Promise<void>((resolve) => {
        end = resolve;
      });
    }
    const batches = gather(slow(), { ...WIDE, waitMs: 1 });
    expect((await batches.next()).value).toMatchObject({ lines: ['a'] });
    end();
    expect((await batches.next()).done).toBe(true);
  });

  it('keeps order and loses nothing, within its limits', async () => {
    const drawn = fc.array(
      fc.array(fc.string({ minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(drawn, async (lists) => {
        const got = await all(
          gather(give(lists.map((list) => piece(...list))), { ...WIDE, maxRecords: 5, maxBytes: 20 }),
        );
        expect(got.flatMap((batch) => batch.lines)).toEqual(lists.flat());
        for (const { lines } of got) {
          expect(lines.length).toBeLessThanOrEqual(5);
          expect(lines.join('').length).toBeLessThanOrEqual(20);
        }
      }),
    );
  });

  it('hands on the failure of its source', async () => {
    async function* failing(): AsyncGenerator<Piece> {
      yield piece('a');
      throw new Error('broken');
    }
    await expect(all(gather(failing(), WIDE))).rejects.toThrow('broken');
  });
});
