import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { promptWrite, type Write } from './journal-write.js';

const folder = mkdtempSync(join(tmpdir(), 'vibrissa-test-'));
let file = 0;

beforeEach(() => {
  file = openSync(join(folder, 'segment'), 'w');
});

afterEach(() => {
  closeSync(file);
  rmSync(join(folder, 'segment'));
});

/** What a write answered, and whether it did before it returned. */
function outcomeOf(write: Write, chunks: readonly Uint8Array[]) {
  return new Promise<{ error: Error | null; written: number; atOnce: boolean }>((resolve) => {
    let isReturned = false;
    write(file, chunks, 0, (error, written) => resolve({ error, written, atOnce: !isReturned }));
    isReturned = true;
  });
}

describe('a write of the journal', () => {
  it('that is brief is done when it returns', async () => {
    const outcome = await outcomeOf(promptWrite(), [Buffer.from('one '), Buffer.from('two')]);
    expect(outcome).toEqual({ error: null, written: 7, atOnce: true });
    expect(readFileSync(join(folder, 'segment'), 'utf8')).toBe('one two');
  });

  it('that is large is done by another thread', async () => {
    const outcome = await outcomeOf(promptWrite(), [Buffer.alloc(1_000_000, 7)]);
    expect(outcome).toEqual({ error: null, written: 1_000_000, atOnce: false });
  });

  it('that fails says so, whoever does it', async () => {
    const full = () => {
      throw new Error('ENOSPC');
    };
    const outcome = await outcomeOf(promptWrite(undefined, full), [Buffer.from('x')]);
    expect(outcome).toMatchObject({ error: { message: 'ENOSPC' }, written: 0 });
  });

  it('goes to another thread for a while once the disk was slow', async () => {
    const now = vi.spyOn(performance, 'now');
    let time = 0;
    now.mockImplementation(() => time);
    const slow = () => {
      time += 50;
      return 1;
    };
    const write = promptWrite(undefined, slow);
    expect((await outcomeOf(write, [Buffer.from('a')])).atOnce).toBe(true);
    expect((await outcomeOf(write, [Buffer.from('b')])).atOnce).toBe(false);
    time += 20_000;
    expect((await outcomeOf(write, [Buffer.from('c')])).atOnce).toBe(true);
    now.mockRestore();
  });
});
