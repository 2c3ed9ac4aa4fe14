import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { millis } from '@vibrissa/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandClock, until } from '../test-server.js';
import type { JournalEntry } from './journal.js';
import { openTestJournal, readBack, temporaryFolder } from './test-journal.js';

const START = 1_770_000_000_000;
const BUCKET_MS = 15_000;
const MINUTE = 60_000;
let folder: ReturnType<typeof temporaryFolder>;
let clock: HandClock;

beforeEach(() => {
  folder = temporaryFolder();
  clock = new HandClock(START);
});

afterEach(() => folder.remove());

function lines(payload: string): JournalEntry {
  return { kind: 'lines', meta: {}, payload };
}

async function keptTexts(): Promise<string[]> {
  const { journal, past } = openTestJournal(folder.path, clock);
  const read = await readBack(past);
  await journal.close();
  return read.map(({ payload }) => payload.toString());
}

/** What is in the folder by now, in one that nobody has locked. */
function copyOf(path: string): string {
  const copy = join(path, 'copy');
  cpSync(join(path, 'journal'), join(copy, 'journal'), { recursive: true });
  return copy;
}

/** Everything up to now is in the history, but for what the last two buckets may still get. */
function reachOfNow(segment: number) {
  return { segment, until: millis(Math.floor(clock.now() / BUCKET_MS) * BUCKET_MS) };
}

describe('what the journal keeps', () => {
  it('lets nothing go for its age before it knows whether anything else keeps it', async () => {
    const { journal } = openTestJournal(folder.path, clock);
    journal.append(lines('old'));
    await journal.flushed();
    clock.advance(100 * MINUTE);
    journal.cut();
    journal.tidy();
    await journal.close();
    expect(await keptTexts()).toEqual(['old']);
  });

  it('keeps an hour where nothing else does', async () => {
    const { journal } = openTestJournal(folder.path, clock);
    journal.keptElsewhere(null);
    journal.append(lines('old'));
    await journal.flushed();
    clock.advance(59 * MINUTE);
    journal.cut();
    journal.append(lines('new'));
    await journal.flushed();
    journal.tidy();
    expect(journal.status().bytes).toBeGreaterThan(100);
    clock.advance(2 * MINUTE);
    journal.tidy();
    await journal.close();
    expect(await keptTexts()).toEqual(['new']);
  });

  it('keeps what is in no history, however old, and what is in one until Felix no longer repeats it', async () => {
    const { journal } = openTestJournal(folder.path, clock);
    journal.append({ ...lines('numbered'), meta: { sequence: 1 } });
    journal.cut();
    journal.append({ kind: 'goldmane', meta: { node: 'a' }, payload: 'update' });
    const first = journal.cut();
    journal.append(lines('not yet'));
    journal.append({ kind: 'numbers', meta: {}, payload: '[]' });
    await journal.flushed();
    clock.advance(5 * MINUTE);
    journal.keptElsewhere(reachOfNow(first));
    journal.tidy();
    const numbered = join(folder.path, 'journal', '000000000001.journal');
    await until(() => !existsSync(numbered), 'the numbered one to go');
    expect(await readBack(openTestJournal(copyOf(folder.path), clock).past)).toMatchObject([
      { payload: 'update' },
      { payload: 'not yet' },
      { payload: '[]' },
    ]);
    journal.cut();
    clock.advance(60 * MINUTE);
    journal.tidy();
    await journal.close();
    expect(await keptTexts()).toEqual(['not yet', '[]']);
  });

  it('keeps a segment whose newest records may not be in the history yet', async () => {
    const { journal } = openTestJournal(folder.path, clock);
    journal.append(lines('a'));
    const segment = journal.cut();
    journal.append({ kind: 'numbers', meta: {}, payload: '[]' });
    await journal.flushed();
    // A record of the next bucket may be in it: early ones go there.
    const head = Math.floor(START / BUCKET_MS) * BUCKET_MS;
    journal.keptElsewhere({ segment, until: millis(head + BUCKET_MS) });
    clock.advance(30 * MINUTE);
    journal.tidy();
    expect(journal.status().droppedBytes).toBe(0);
    const before = journal.status().bytes;
    journal.keptElsewhere({ segment, until: millis(head + 2 * BUCKET_MS) });
    journal.tidy();
    expect(journal.status().bytes).toBeLessThan(before);
    await journal.close();
    expect(await keptTexts()).toEqual(['[]']);
  });

  it('keeps numbered batches until their numbers are written down, and none without a number for that', async () => {
    const { journal } = openTestJournal(folder.path, clock);
    journal.append(lines('without'));
    journal.cut();
    journal.append({ ...lines('numbered'), meta: { sequence: 7 } });
    const segment = journal.cut();
    await journal.flushed();
    clock.advance(30 * MINUTE);
    journal.keptElsewhere(reachOfNow(segment));
    journal.tidy();
    await journal.close();
    expect(await keptTexts()).toEqual(['numbered']);
  });

  it('keeps how far senders have got until that is written down anew', async () => {
    const { journal } = openTestJournal(folder.path, clock);
    journal.append({ kind: 'numbers', meta: {}, payload: '["first"]' });
    await journal.flushed();
    clock.advance(MINUTE);
    journal.cut();
    journal.append(lines('batch'));
    const last = journal.cut();
    await journal.flushed();
    clock.advance(60 * MINUTE);
    journal.keptElsewhere(reachOfNow(last));
    journal.tidy();
    journal.append({ kind: 'numbers', meta: {}, payload: '["second"]' });
    await journal.flushed();
    const bytes = journal.status().bytes;
    journal.tidy();
    expect(journal.status().bytes).toBeLessThan(bytes);
    await journal.close();
    expect(await keptTexts()).toEqual(['["second"]']);
  });

  it('keeps what a source told last, as long as it may be asked to tell it again', async () => {
    const { journal } = openTestJournal(folder.path, clock);
    const tell = async (source: string, payload: string) => {
      journal.append({ kind: 'hubble', meta: { source }, payload });
      journal.cut();
      await journal.flushed();
      clock.advance(5 * MINUTE);
    };
    for (const [source, text] of [
      ['quiet', 'q1'],
      ['quiet', 'q2'],
      ['busy', 'b1'],
      ['busy', 'b2'],
      ['busy', 'b3'],
      ['busy', 'b4'],
      ['busy', 'b5'],
    ] as const)
      await tell(source, text);
    journal.append({ kind: 'numbers', meta: {}, payload: '[]' });
    await journal.flushed();
    journal.keptElsewhere(reachOfNow(journal.cut()));
    journal.tidy();
    await journal.close();
    // Of the busy one what it told in the last ten minutes, and the last before those.
    expect(await keptTexts()).toEqual(['q2', 'b3', 'b4', 'b5', '[]']);
  });

  it('drops for want of room what the history has without counting it as lost', async () => {
    const { journal } = openTestJournal(folder.path, clock, { mostBytes: 64 * 1024 });
    for (let at = 0; at < 200; at++) {
      journal.append(lines('x'.repeat(1_000)));
      await journal.flushed();
      clock.advance(1_000);
      journal.keptElsewhere({ segment: journal.cut(), until: millis(clock.now() + 60_000) });
    }
    expect(journal.status().droppedBytes).toBe(0);
    expect(journal.status().bytes).toBeLessThanOrEqual(64 * 1024);
    await journal.close();
  });
});
