import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from './ingest/test-journal.js';
import { crashRounds } from './test-crash.js';

const folder = temporaryFolder();

afterEach(() => folder.remove());

describe('a server killed at random while everything sends', () => {
  it('shows from memory and history what it acknowledged, all of it once', async () => {
    const told: string[] = [];
    const report = await crashRounds({
      rounds: 3,
      data: folder.path,
      random: Math.random,
      log: (line) => told.push(line),
    });
    expect(told).toEqual([]);
    expect(report).toMatchObject({ rounds: 3, lost: 0, doubled: 0 });
    expect(report.acknowledged).toBeGreaterThan(100);
  }, 300_000);
});
