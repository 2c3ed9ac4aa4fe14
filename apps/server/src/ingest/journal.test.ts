import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { millis } from '@vibrissa/model';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandClock } from '../test-server.js';
import type { JournalEntry } from './journal.js';
import { seal } from './journal-frame.js';
import { writeHeader } from './journal-segments.js';
import type { Write } from './journal-write.js';
import { openTestJournal, readBack, temporaryFolder } from './test-journal.js';

const START = 1_770_000_000_000;
let folder: ReturnType<typeof temporaryFolder>;
let clock: HandClock;

beforeEach(() => {
  folder = temporaryFolder();
  clock = new HandClock(START);
});

afterEach(() => folder.remove());

function entry(payload: string | Uint8Array, sequence = 1): JournalEntry {
  return { kind: 'lines', meta: { name: 'nœud-1', sequence }, payload };
}

function segments(): string[] {
  return readdirSync(join(folder.path, 'journal')).sort();
}

function segment(at = 0): string {
  return join(folder.path, 'journal', segments()[at] ?? 'none');
}

/** Writes entries one flush each and closes. */
async function keep(payloads: readonly string[]): Promise<void> {
  const { journal } = openTestJournal(folder.path, clock);
  for (const [at, payload] of payloads.entries()) journal.append(entry(payload, at + 1));
  await journal.close();
}

async function payloads(horizonMs = 3_600_000): Promise<(string | Uint8Array)[]> {
  const { journal, past } = openTestJournal(folder.path, clock, { horizonMs });
  const read = await readBack(past);
  await journal.close();
  return read.map(({ payload }) => payload);
}

describe('the journal', () => {
  it('gives back what was appended, in order, with who sent it and when', async () => {
    const { journal } = openTestJournal(folder.path, clock);
    const large = Buffer.alloc(3 * 1024 * 1024, 'größe');
    journal.append(entry('erste'));
    clock.advance(10);
    journal.append({ kind: 'array', meta: {}, payload: large });
    journal.append({ kind: 'goldmane', meta: { node: 'a' }, payload: Buffer.from('x') });
    journal.append(entry('y'.repeat(2 * 1024 * 1024), 2));
    journal.append(entry(''));
    await journal.flushed();
    journal.append(entry('after', 3));
    await journal.close();

    const { journal: next, past } = openTestJournal(folder.path, clock);
    expect(await readBack(past)).toEqual([
      { ...entry('erste'), at: START },
      { kind: 'array', meta: {}, payload: large.toString(), at: START + 10 },
      { kind: 'goldmane', meta: { node: 'a' }, payload: 'x', at: START + 10 },
      { ...entry('y'.repeat(2 * 1024 * 1024), 2), at: START + 10 },
      { ...entry(''), at: START + 10 },
      { ...entry('after', 3), at: START + 10 },
    ]);
    await next.close();
  });

  it('resolves what is flushed only once it can be read by others', async () => {
    const { journal } = openTestJournal(folder.path, clock);
    for (let round = 1; round <= 20; round++) {
      for (let at = 0; at < 5; at++) journal.append(entry(`round ${round}`));
      await journal.flushed();
      expect(readFileSync(segment()).toString().split(`round ${round}`).length - 1).toBeGreaterThanOrEqual(5);
    }
    await journal.close();
  });

  it('gives back a beginning of it, whatever a kill has cut off, and says nothing of damage', async () => {
    const texts = ['one', 'two of them', '', 'four\nlines', 'five'];
    await keep(texts);
    const whole = readFileSync(segment());
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (length) => {
        writeFileSync(segment(), whole);
        truncateSync(segment(), length);
        const { journal, past } = openTestJournal(folder.path, clock);
        const read = (await readBack(past)).map(({ payload }) => payload);
        const { damaged } = journal.status();
        await journal.close();
        // A file that held nothing is taken away; the next round needs its place.
        writeFileSync(join(folder.path, 'journal', '000000000001.journal'), whole);
        expect(read).toEqual(texts.slice(0, read.length));
        expect(read.length === texts.length).toBe(length === whole.length);
        expect(damaged).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('never gives back what was changed on the disk, and says that something was', async () => {
    const texts = ['one', 'two of them', '', 'four\nlines', 'five'];
    await keep(texts);
    const whole = readFileSync(segment());
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length * 8 - 1), async (bit) => {
        const changed = Buffer.from(whole);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        writeFileSync(segment(), changed);
        const { journal, past } = openTestJournal(folder.path, clock);
        const read = (await readBack(past)).map(({ payload }) => payload);
        const { damaged, troubles } = journal.status();
        await journal.close();
        // The last 12 bytes of a header are version and time: those say too new, or another time of begin.
        const inHeader = bit < 20 * 8;
        expect(read).toEqual(texts.slice(0, read.length));
        if (inHeader) return;
        expect(read.length).toBeLessThan(texts.length);
        expect(damaged).toBe(1);
        expect(troubles[0]?.message).toContain('damaged');
      }),
      { numRuns: 400 },
    );
  });

  it('reads on in the next file after a damaged one', async () => {
    await keep(['first life']);
    await keep(['second life']);
    const bytes = readFileSync(segment(0));
    bytes.fill(0, bytes.length - 4);
    writeFileSync(segment(0), bytes);
    expect(segments()).toHaveLength(2);
    expect(await payloads()).toEqual(['second life']);
  });

  it('lets go what is older than is held, and keeps the rest', async () => {
    const { journal } = openTestJournal(folder.path, clock, { horizonMs: 60_000 });
    journal.keptElsewhere(null);
    for (let minute = 0; minute < 5; minute++) {
      journal.append(entry(`minute ${minute}`));
      await journal.flushed();
      clock.advance(30_000);
      journal.append(entry(`minute ${minute} and a half`));
      await journal.flushed();
      clock.advance(30_000);
      journal.tidy();
    }
    clock.advance(1);
    expect(journal.status().droppedBytes).toBe(0);
    await journal.close();
    expect(await payloads(60_000)).toEqual(['minute 4', 'minute 4 and a half']);

    const idle = openTestJournal(folder.path, clock, { horizonMs: 60_000 }).journal;
    idle.keptElsewhere(null);
    clock.advance(120_000);
    idle.tidy();
    expect(idle.status().bytes).toBe(0);
    await idle.close();
  });

  it('drops the oldest when there is no more room, and counts it', async () => {
    const mostBytes = 64 * 1024;
    const { journal } = openTestJournal(folder.path, clock, { mostBytes });
    for (let at = 0; at < 200; at++) {
      journal.append(entry(`${at} `.padEnd(1_000, '-'), at));
      await journal.flushed();
      expect(journal.status().bytes).toBeLessThanOrEqual(mostBytes);
    }
    const { droppedBytes, bytes } = journal.status();
    expect(bytes).toBeGreaterThan(mostBytes * 0.8);
    expect(droppedBytes).toBeGreaterThan(100_000);
    await journal.close();
    const kept = (await payloads()).map((text) => Number.parseInt(text.toString(), 10));
    expect(kept.at(-1)).toBe(199);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, at) => 200 - kept.length + at));
  });

  it('goes on without the disk while that is full, says so, and comes back to it', async () => {
    let isFull = false;
    const disk: Write = async (file, chunks, position, done) => {
      const { writev } = await import('node:fs');
      if (!isFull) return writev(file, chunks, position, done);
      // A disk that fills up takes a part and then nothing.
      const some = [(chunks[0] ?? Buffer.alloc(0)).subarray(0, 7)];
      writev(file, some, position, () => done(Object.assign(new Error('full'), { code: 'ENOSPC' }), 0));
    };
    const { journal } = openTestJournal(folder.path, clock, { write: disk });
    journal.append(entry('before'));
    await journal.flushed();
    isFull = true;
    journal.append(entry('lost 1'));
    journal.append(entry('lost 2'));
    await journal.flushed();
    journal.append(entry('lost 3'));
    await journal.flushed();
    expect(journal.status()).toMatchObject({ skipped: 3 });
    expect(journal.status().troubles).toEqual([
      { code: 'journal-not-written', message: expect.stringMatching(/VIBRISSA_DATA=.*ENOSPC/) },
    ]);
    isFull = false;
    clock.advance(1_000);
    journal.append(entry('after'));
    await journal.flushed();
    expect(journal.status()).toMatchObject({ skipped: 3, troubles: [] });
    await journal.close();
    expect(await payloads()).toEqual(['before', 'after']);
  });

  it('starts a new file where even the first write fails', async () => {
    let isFull = true;
    const disk: Write = async (file, chunks, position, done) => {
      const { writev } = await import('node:fs');
      if (isFull) done(Object.assign(new Error('full'), { code: 'ENOSPC' }), 0);
      else writev(file, chunks, position, done);
    };
    const { journal } = openTestJournal(folder.path, clock, { write: disk });
    journal.append(entry('lost'));
    await journal.flushed();
    isFull = false;
    clock.advance(1_000);
    journal.append(entry('kept'));
    await journal.close();
    expect(await payloads()).toEqual(['kept']);
  });

  it('writes on where the system takes only a part', async () => {
    const disk: Write = async (file, chunks, position, done) => {
      const { write } = await import('node:fs');
      const some = Buffer.concat(chunks).subarray(0, 5);
      write(file, some, 0, some.length, position, done);
    };
    const { journal } = openTestJournal(folder.path, clock, { write: disk });
    journal.append(entry('a'));
    journal.append(entry('b'));
    await journal.close();
    expect(await payloads()).toEqual(['a', 'b']);
  });

  it('does not grow without end on a disk that does not answer', async () => {
    const waiting: (() => void)[] = [];
    const disk: Write = (_file, chunks, _position, done) => {
      const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      waiting.push(() => done(null, bytes));
    };
    const { journal } = openTestJournal(folder.path, clock, { write: disk });
    const large = Buffer.alloc(32 * 1024 * 1024);
    for (let at = 0; at < 12; at++) {
      journal.append(entry(large));
      await new Promise(setImmediate);
    }
    expect(journal.status().skipped).toBeGreaterThan(5);
    expect(journal.status().troubles[0]?.message).toContain('does not answer');
    const closed = journal.close();
    while (waiting.length > 0) {
      waiting.shift()?.();
      await new Promise(setImmediate);
    }
    await closed;
  });

  it('is for one server at a time; the lock of a killed one does not count', async () => {
    const { journal } = openTestJournal(folder.path, clock);
    journal.append(entry('first'));
    await journal.flushed();
    const second = openTestJournal(folder.path, clock);
    expect(second.journal.status().troubles).toEqual([
      {
        code: 'journal-in-use',
        message: expect.stringContaining(`VIBRISSA_DATA=${JSON.stringify(folder.path)}`),
      },
    ]);
    second.journal.append(entry('nowhere'));
    await second.journal.flushed();
    await second.journal.close();
    expect(await readBack(second.past)).toEqual([]);
    await journal.close();
    expect(existsSync(join(folder.path, 'lock'))).toBe(false);

    for (const lock of [`{"pid":${process.pid},"begun":"1"}`, '{"pid":99999999,"begun":"1"}', 'nonsense']) {
      writeFileSync(join(folder.path, 'lock'), lock);
      expect(await payloads()).toEqual(['first']);
    }
  });

  it('reads what a server of before the history wrote, and goes on behind it', async () => {
    const body = Buffer.alloc(13);
    body.writeDoubleBE(START, 1);
    body.writeUInt32BE(2, 9);
    const frame = Buffer.concat([Buffer.alloc(12), body, Buffer.from('{}old')]);
    seal(frame, 0, frame.length - 12, null);
    const header = writeHeader(millis(START));
    header.writeUInt32BE(1, 8);
    mkdirSync(join(folder.path, 'journal'));
    writeFileSync(join(folder.path, 'journal', '000000000007.journal'), Buffer.concat([header, frame]));
    await keep(['new']);
    expect(segments()).toEqual(['000000000007.journal', '000000000008.journal']);
    expect(await payloads()).toEqual(['old', 'new']);
  });

  it('leaves alone what a newer server wrote', async () => {
    await keep(['old']);
    const bytes = readFileSync(segment());
    bytes.writeUInt32BE(99, 8);
    writeFileSync(segment(), bytes);
    const { journal, past } = openTestJournal(folder.path, clock);
    expect(past.bytes).toBe(0);
    expect(journal.status().troubles).toEqual([
      { code: 'journal-newer-format', message: expect.stringMatching(/VIBRISSA_DATA=.*newer server/) },
    ]);
    await journal.close();
    expect(readFileSync(segment())).toEqual(bytes);
    expect(existsSync(join(folder.path, 'lock'))).toBe(false);
  });

  it('says which setting names a folder that is none', async () => {
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o400);
    for (const data of [file, join(file, 'below'), '/proc/none']) {
      const { journal } = openTestJournal(data, clock);
      expect(journal.status().troubles).toEqual([
        { code: 'journal-unusable', message: expect.stringMatching(/VIBRISSA_DATA=.*VIBRISSA_DATA=off/) },
      ]);
      journal.append(entry('nowhere'));
      await journal.flushed();
      await journal.close();
    }
  });

  it('keeps nothing on disk when it is off', async () => {
    const { journal, past } = openTestJournal('', clock, { data: null });
    journal.append(entry('x'));
    await journal.flushed();
    expect(past.bytes).toBe(0);
    expect(journal.status()).toMatchObject({ bytes: 0, troubles: [] });
  });
});
