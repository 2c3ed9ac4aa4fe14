import { millis } from '@vibrissa/model';
import { afterAll, describe, expect, it } from 'vitest';
import { HistoryEngine } from './history-engine.js';
import { HISTORY_DEFAULTS } from './history-options.js';
import { floats, words } from './read-columns.js';
import { CHOSEN, withSession } from './read-session.js';
import { sql } from './sql.js';

const engine = new HistoryEngine({
  ...HISTORY_DEFAULTS,
  path: null,
  bucketMs: 15_000,
  retentionMs: 3_600_000,
  memoryBytes: 64 * 2 ** 20,
  exportFolder: null,
  clock: { now: () => millis(1_770_000_000_000) },
});
afterAll(() => engine.close());

/** Takes minutes unless it is ended. */
const ENDLESS = sql`SELECT sum(hash(a.range, b.range))::DOUBLE FROM range(1000000) a, range(1000000) b`;

async function ask<T>(
  work: Parameters<typeof withSession<T>>[2],
  control?: Parameters<typeof withSession<T>>[1],
): Promise<T> {
  const { context } = await engine.ready();
  return withSession(context, control, work);
}

describe('a session of a query', () => {
  it('binds numbers of any size, texts, truth and nothing', async () => {
    const { chunks } = await ask((session) =>
      session.run(
        sql`SELECT (${2 ** 40} + ${1})::DOUBLE, ${0.5}::DOUBLE, length(${`it's`})::DOUBLE,
          (${true} AND ${null}::BOOLEAN IS NULL)::INTEGER::DOUBLE`,
      ),
    );
    const [chunk] = chunks;
    expect(chunk && [0, 1, 2, 3].map((column) => floats(chunk, column)[0])).toEqual([2 ** 40 + 1, 0.5, 4, 1]);
  });

  it('speaks of the ids chosen last', async () => {
    const got = await ask(async (session) => {
      await session.choose(Uint32Array.of(1, 2, 3));
      await session.choose(Uint32Array.of(7, 2 ** 32 - 1));
      const { chunks } = await session.run(sql`SELECT id FROM ${CHOSEN} ORDER BY id`);
      return chunks.flatMap((chunk) => [...words(chunk, 0)]);
    });
    expect(got).toEqual([7, 2 ** 32 - 1]);
  });

  it('ends a statement that is under way when nobody waits for it, and the next one works', async () => {
    const ending = new AbortController();
    const gone = new Error('gone');
    const asked = ask(
      (session) => {
        const ended = session.run(ENDLESS);
        setImmediate(() => ending.abort(gone));
        return ended;
      },
      { signal: ending.signal },
    );
    await expect(asked).rejects.toBe(gone);
    await expect(ask((session) => session.run(sql`SELECT 1`))).resolves.toMatchObject({ chunks: [{}] });
  });

  it('says what to do when there is not memory enough', async () => {
    const greedy = ask((session) =>
      session.run(sql`SELECT list(range ORDER BY hash(range)) FROM range(30000000)`),
    );
    await expect(greedy).rejects.toMatchObject({
      code: 'history-memory',
      message: expect.stringContaining('shorter time'),
    });
  });

  it('tells that a statement failed in one line', async () => {
    await expect(ask((session) => session.run(sql`SELECT nothing FROM nowhere`))).rejects.toMatchObject({
      code: 'history-query-failed',
      message: expect.not.stringContaining('\n'),
    });
  });
});
