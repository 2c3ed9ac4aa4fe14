import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandClock } from '../test-server.js';
import { openTestJournal, temporaryFolder } from './test-journal.js';

const START = 1_770_000_000_000;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder.remove());

type Step =
  | { readonly kind: 'append'; readonly bytes: number }
  | { readonly kind: 'cut' | 'turn' | 'flush' | 'wait' | 'reopen' };

const STEPS = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('append' as const), bytes: fc.nat(3_000) }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constantFrom<'cut' | 'turn' | 'flush'>('cut', 'turn', 'flush') }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom<'wait' | 'reopen'>('wait', 'reopen') }) },
  ),
  { minLength: 1, maxLength: 60 },
);

describe('a cut', () => {
  it('parts what was appended before it from what follows, through restarts and full segments', async () => {
    await fc.assert(
      fc.asyncProperty(STEPS, fc.constantFrom(null, 0), async (steps, fsyncMs) => {
        rmSync(folder.path, { recursive: true });
        const clock = new HandClock(START);
        const open = () => openTestJournal(folder.path, clock, { mostBytes: 100_000, fsyncMs });
        let { journal } = open();
        let entries = 0;
        /** How many entries there were at each cut, and the number it gave. */
        const cuts: { readonly entries: number; readonly segment: number }[] = [];
        for (const step of steps as readonly Step[]) {
          if (step.kind === 'append') {
            journal.append({ kind: 'lines', meta: { at: entries++ }, payload: 'x'.repeat(step.bytes) });
          } else if (step.kind === 'cut') cuts.push({ entries, segment: journal.cut() });
          else if (step.kind === 'flush') await journal.flushed();
          else if (step.kind === 'turn') await new Promise(setImmediate);
          else if (step.kind === 'wait') clock.advance(400_000);
          else {
            await journal.close();
            ({ journal } = open());
          }
        }
        await journal.close();
        const { journal: last, past } = open();
        const segmentOf: number[] = [];
        for await (const piece of past.read()) {
          for (const { meta } of piece.entries) segmentOf[Number(meta.at)] = piece.segment;
        }
        const { droppedBytes, skipped } = last.status();
        await last.close();
        expect(skipped).toBe(0);
        if (droppedBytes === 0 && entries * 1_500 < 80_000)
          expect(Object.keys(segmentOf)).toHaveLength(entries);
        for (const cut of cuts) {
          for (const [entry, segment] of segmentOf.entries()) {
            if (segment === undefined) continue;
            expect(segment < cut.segment).toBe(entry < cut.entries);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('makes no empty files, and goes on behind a number that the folder has lost', async () => {
    const { journal } = openTestJournal(folder.path, new HandClock(START));
    expect([journal.cut(), journal.cut(), journal.cut()]).toEqual([1, 1, 1]);
    journal.startFrom(40);
    expect(journal.cut()).toBe(40);
    journal.append({ kind: 'lines', meta: {}, payload: 'a' });
    expect(journal.cut()).toBe(41);
    journal.startFrom(7);
    expect(journal.cut()).toBe(41);
    await journal.close();
    const { journal: next, past } = openTestJournal(folder.path, new HandClock(START));
    const read: number[] = [];
    for await (const { segment, entries } of past.read()) for (const _entry of entries) read.push(segment);
    expect(read).toEqual([40]);
    await next.close();
  });
});
