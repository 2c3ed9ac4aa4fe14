import { appendFileSync, copyFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { appendFile, copyFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import type { Checkpoint } from './flow-source.js';
import { followFile } from './follow-file.js';

interface Following {
  readonly lines: string[];
  readonly numbers: number[];
  readonly troubles: string[];
  checkpoint: Checkpoint | null;
  stop(): Promise<void>;
}

function follow(path: string, from: Checkpoint | null = null): Following {
  const stop = new AbortController();
  const troubles: string[] = [];
  const onTrouble = (trouble: string) => troubles.push(trouble);
  const options = { path, from, once: false, pollMs: 20, maxLines: 3, onTrouble };
  const following: Following = {
    lines: [],
    numbers: [],
    troubles,
    checkpoint: from,
    stop: () => {
      stop.abort();
      return done;
    },
  };
  const done = (async () => {
    for await (const { lines, numbers, checkpoint } of followFile(options, stop.signal)) {
      following.lines.push(...lines);
      following.numbers.push(...numbers);
      following.checkpoint = checkpoint;
    }
  })();
  onTestFinished(() => following.stop());
  return following;
}

async function newLog(text = ''): Promise<string> {
  const path = join(await temporaryFolder(), 'flows.log');
  await writeFile(path, text);
  return path;
}

const has = (following: Following, ...lines: string[]) =>
  until(() => following.lines.length >= lines.length).then(() => expect(following.lines).toEqual(lines));

describe('following a file', () => {
  it('gives what it holds and what is added, and waits for the end of a line', async () => {
    const path = await newLog('a\nb\nc\nd\n');
    const following = follow(path);
    await has(following, 'a', 'b', 'c', 'd');
    await appendFile(path, 'half');
    await appendFile(path, ' and half\n\nf\n');
    await has(following, 'a', 'b', 'c', 'd', 'half and half', 'f');
    expect(following.numbers).toEqual([1, 2, 3, 4, 5, 7]);
  });

  it('waits for a file that is not there yet', async () => {
    const path = join(await temporaryFolder(), 'flows.log');
    const following = follow(path);
    await writeFile(path, 'a\n');
    await has(following, 'a');
  });

  it('reads a renamed file to its end before the new one', async () => {
    const path = await newLog('a\n');
    const following = follow(path);
    await has(following, 'a');
    await appendFile(path, 'b\nunfinished');
    await rename(path, `${path}.1`);
    await writeFile(path, 'c\n');
    await has(following, 'a', 'b', 'unfinished', 'c');
  });

  it('goes on after a file was cut short', async () => {
    const path = await newLog('aaaa\nbbbb\n');
    const following = follow(path);
    await has(following, 'aaaa', 'bbbb');
    await truncate(path);
    await appendFile(path, 'c\n');
    await has(following, 'aaaa', 'bbbb', 'c');
  });

  it('sees that a file was written anew, though it is longer than before', async () => {
    const path = await newLog('a\n');
    const following = follow(path);
    await has(following, 'a');
    await writeFile(path, 'one\ntwo\nthree\n');
    await has(following, 'a', 'one', 'two', 'three');
  });

  it('reads from the copy what was not read when the file was copied and cut short', async () => {
    const path = await newLog('a\nb\n');
    const following = follow(path);
    await has(following, 'a', 'b');
    const { checkpoint } = following;
    await following.stop();
    await appendFile(path, 'c\n');
    await copyFile(path, `${path}.1`);
    await truncate(path);
    await appendFile(path, 'd\n');
    await has(follow(path, checkpoint), 'c', 'd');
  });

  it('does the same while it follows', async () => {
    const path = await newLog('a\nb\n');
    const following = follow(path);
    await has(following, 'a', 'b');
    // All in one turn, so that the follower sees only the outcome.
    appendFileSync(path, 'c\n');
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, 'd\n');
    await has(following, 'a', 'b', 'c', 'd');
  });

  it('reads the files that came and went between two looks', async () => {
    const path = await newLog('a\n');
    const following = follow(path);
    await has(following, 'a');
    renameSync(path, `${path}.2`);
    writeFileSync(`${path}.1`, 'b\n');
    writeFileSync(path, 'c\n');
    await has(following, 'a', 'b', 'c');
  });

  it('goes on after a file was deleted and made again', async () => {
    const path = await newLog('a\n');
    const following = follow(path);
    await has(following, 'a');
    await rm(path);
    await writeFile(path, 'b\n');
    await has(following, 'a', 'b');
  });
});

describe('following from where an earlier run stopped', () => {
  async function stoppedAfter(text: string): Promise<{ path: string; checkpoint: Checkpoint | null }> {
    const path = await newLog(text);
    const following = follow(path);
    await until(() => following.lines.length === text.split('\n').length - 1);
    await following.stop();
    return { path, checkpoint: following.checkpoint };
  }

  it('gives nothing twice and leaves nothing out', async () => {
    const { path, checkpoint } = await stoppedAfter('a\nb\n');
    await appendFile(path, 'c\n');
    const following = follow(path, checkpoint);
    await has(following, 'c');
    expect(following.numbers).toEqual([3]);
  });

  it.each([
    ['numbers', '.2', '.1'],
    ['dates', '-20260101', '-20260102'],
  ])('finds the file under its new name, and those between: %s', async (_kind, older, newer) => {
    const { path, checkpoint } = await stoppedAfter('a\n');
    await appendFile(path, 'b\n');
    await rename(path, `${path}${older}`);
    await writeFile(`${path}${newer}`, 'c\n');
    await writeFile(path, 'd\n');
    await has(follow(path, checkpoint), 'b', 'c', 'd');
  });

  it('says so when the file is gone, and reads the one in its place', async () => {
    const { path, checkpoint } = await stoppedAfter('a\n');
    await writeFile(`${path}.new`, 'another\n');
    await rename(`${path}.new`, path);
    const following = follow(path, checkpoint);
    await has(following, 'another');
    expect(following.troubles).toEqual(['place-lost']);
  });
});

it('stops at the end when told to read once, with a last line that has no end', async () => {
  const path = await newLog('a\nb');
  const lines: string[] = [];
  const options = { path, from: null, once: true, pollMs: 20, maxLines: 9, onTrouble: () => {} };
  for await (const piece of followFile(options, new AbortController().signal)) lines.push(...piece.lines);
  expect(lines).toEqual(['a', 'b']);
});
