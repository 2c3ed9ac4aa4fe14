import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '../test-server.js';
import { GroupSync } from './group-sync.js';

let folder: string;
let failures: { readonly error: unknown; readonly entries: number }[];
/** Syncs under way, to be ended by the test. */
let syncs: { readonly file: number; readonly end: (error?: Error) => void }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vibrissa-sync-'));
  failures = [];
  syncs = [];
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function groupSync(everyMs: number | null): GroupSync {
  return new GroupSync({
    folder,
    everyMs,
    failed: (error, entries) => failures.push({ error, entries }),
    sync: (file) =>
      new Promise((resolve, reject) => {
        syncs.push({ file, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
  });
}

/** Lets promises settle. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

describe('syncing together', () => {
  it('acknowledges nothing before its sync has ended, and all that waited with the next', async () => {
    const sync = groupSync(0);
    const done: string[] = [];
    sync.wrote(7, 1, () => done.push('first'));
    expect(syncs).toHaveLength(1);
    for (const name of ['second', 'third', 'fourth']) sync.wrote(7, 1, () => done.push(name));
    await settle();
    expect(done).toEqual([]);
    syncs[0]?.end();
    await settle();
    expect(done).toEqual(['first']);
    expect(syncs).toHaveLength(2);
    syncs[1]?.end();
    await settle();
    expect(done).toEqual(['first', 'second', 'third', 'fourth']);
    expect(syncs).toHaveLength(2);
  });

  it('begins no sync sooner after the last than it is told, and none that nobody waits for', async () => {
    vi.useFakeTimers();
    const sync = groupSync(200);
    const done: string[] = [];
    sync.wrote(7, 1, () => done.push('first'));
    expect(syncs).toHaveLength(1);
    syncs[0]?.end();
    await settle();
    expect(done).toEqual(['first']);
    sync.wrote(7, 1, () => done.push('second'));
    await vi.advanceTimersByTimeAsync(199);
    expect(syncs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2);
    expect(syncs).toHaveLength(2);
    syncs[1]?.end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(done).toEqual(['first', 'second']);
    expect(syncs).toHaveLength(2);
  });

  it('waits no more once it is told to hurry', async () => {
    vi.useFakeTimers();
    const sync = groupSync(10_000);
    const done: string[] = [];
    sync.wrote(7, 1, () => done.push('first'));
    syncs[0]?.end();
    await settle();
    sync.wrote(7, 1, () => done.push('second'));
    expect(syncs).toHaveLength(1);
    sync.hurry();
    expect(syncs).toHaveLength(2);
    syncs[1]?.end();
    await settle();
    expect(done).toEqual(['first', 'second']);
  });

  it('leaves it to the system when it is off', () => {
    const sync = groupSync(null);
    let isDone = false;
    sync.wrote(7, 1, () => {
      isDone = true;
    });
    expect([isDone, syncs.length]).toEqual([true, 0]);
  });

  it('says what the disk did not take, and goes on', async () => {
    const sync = groupSync(0);
    const done: string[] = [];
    sync.wrote(7, 3, () => done.push('first'));
    const broken = new Error('the disk is broken');
    syncs[0]?.end(broken);
    await settle();
    expect(failures).toEqual([{ error: broken, entries: 3 }]);
    expect(done).toEqual(['first']);
    sync.wrote(7, 1, () => done.push('second'));
    syncs[1]?.end();
    await settle();
    expect(done).toEqual(['first', 'second']);
  });

  it('lets what could not be written wait for what was written before it', async () => {
    const sync = groupSync(0);
    const done: string[] = [];
    sync.wrote(7, 1, () => done.push('written'));
    sync.wrote(null, 0, () => done.push('not written'));
    await settle();
    expect(done).toEqual([]);
    syncs[0]?.end();
    await settle();
    expect(done).toEqual(['written', 'not written']);
  });

  it('closes a file only once nothing in it waits, and really syncs files and their folder', async () => {
    const failed: unknown[] = [];
    const sync = new GroupSync({ folder, everyMs: 0, failed: (error) => failed.push(error) });
    let done = 0;
    for (let round = 0; round < 5; round++) {
      const file = openSync(join(folder, `file-${round}`), 'wx');
      sync.made();
      sync.wrote(file, 1, () => {
        done++;
      });
      sync.close(file);
    }
    await until(() => done === 5, 'every sync');
    expect(failed).toEqual([]);
  });
});
