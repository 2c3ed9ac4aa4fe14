import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { until } from '../testing/until.js';
import type { FlowSource, Piece } from './flow-source.js';
import { mergeSources, type SourceState } from './merge-sources.js';

const piece = (line: string): Piece => ({ lines: [line], numbers: [1], checkpoint: null });

function source(name: string, pieces: FlowSource['pieces']): FlowSource {
  return { name, pieces };
}

function run(sources: readonly FlowSource[], once = false) {
  const stop = new AbortController();
  const lines: string[] = [];
  const states: (readonly SourceState[])[] = [];
  const merged = mergeSources({
    sources,
    backoff: { first: 1, most: 2 },
    random: () => 0,
    log: pino({ level: 'silent' }),
    onState: (now) => states.push(now),
    once,
  });
  const done = (async () => {
    for await (const { lines: some } of merged.pieces(stop.signal)) lines.push(...some);
  })();
  done.catch(() => {});
  return { name: merged.name, lines, states, done, stop };
}

async function* give(...lines: string[]) {
  for (const line of lines) yield piece(line);
}

async function* untilStopped(signal: AbortSignal, last: string) {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  yield piece(last);
}

describe('several sources', () => {
  it('give what each gives, and end when all have', async () => {
    const { name, lines, done, states } = run([
      source('a', () => give('1', '2')),
      source('b', () => give('3')),
    ]);
    await done;
    expect(name).toBe('a, b');
    expect(lines.sort()).toEqual(['1', '2', '3']);
    expect(states.at(-1)?.map(({ state }) => state)).toEqual(['ended', 'ended']);
  });

  it('go on while one of them fails and is begun again', async () => {
    let tries = 0;
    const bad = source('bad', async function* () {
      tries++;
      yield piece(`bad ${tries}`);
      if (tries < 3) throw new Error('broken');
    });
    const { lines, done, states, stop } = run([
      bad,
      source('good', (signal) => untilStopped(signal, 'last')),
    ]);
    await until(() => tries === 3 && states.at(-1)?.[0]?.state === 'ended');
    expect(states.flat()).toContainEqual({ name: 'bad', state: 'waiting', reason: 'broken', restarts: 0 });
    expect(states.at(-1)?.[1]?.state).toBe('running');
    stop.abort();
    await done;
    expect(lines).toEqual(['bad 1', 'bad 2', 'bad 3', 'last']);
    expect(states.at(-1)?.[0]).toMatchObject({ restarts: 2, reason: 'broken' });
  });

  it('end with the first failure in a single run', async () => {
    const bad = source('bad', async function* () {
      yield piece('x');
      throw new Error('broken');
    });
    const { done } = run([bad, source('good', (signal) => untilStopped(signal, 'last'))], true);
    await expect(done).rejects.toThrow('broken');
  });

  it('do not read ahead of who takes', async () => {
    let given = 0;
    const eager = source('eager', async function* () {
      for (;;) {
        given++;
        yield piece(String(given));
      }
    });
    const merged = mergeSources({
      sources: [eager],
      backoff: { first: 1, most: 1 },
      random: () => 0,
      log: pino({ level: 'silent' }),
      onState: () => {},
      once: false,
    }).pieces(new AbortController().signal);
    const iterator = merged[Symbol.asyncIterator]();
    await iterator.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(given).toBeLessThan(4);
    await iterator.return?.();
  });
});
