import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import type { FlowSource } from './flow-source.js';
import { type JournalOptions, journal } from './journal.js';

const entry = (cursor: string, message = 'hello') =>
  JSON.stringify({ __CURSOR: cursor, __REALTIME_TIMESTAMP: '1795314327072024', MESSAGE: message });

/** A program in journalctl's place that tells what it was asked, and then does as the shell's words say. */
async function open(script: string, options: Partial<JournalOptions> = {}) {
  const folder = await temporaryFolder();
  const command = join(folder, 'journalctl');
  const asked = join(folder, 'asked');
  const write = async (words: string) => {
    await writeFile(command, `#!/bin/sh\necho "$@" >> '${asked}'\n${words}\n`);
    await chmod(command, 0o755);
  };
  await write(script);
  const overlong: number[] = [];
  const source = journal({
    command,
    once: false,
    maxLines: 100,
    onOverlong: (line) => overlong.push(line),
    ...options,
  });
  return { source, write, overlong, asked: async () => (await readFile(asked, 'utf8')).trim().split('\n') };
}

async function linesOf(source: FlowSource, into: string[], signal = new AbortController().signal) {
  for await (const { lines } of source.pieces(signal)) into.push(...lines);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the journal', () => {
  it('is followed from now, line by line, until it is stopped, which ends the program', async () => {
    const pidFile = join(await temporaryFolder(), 'pid');
    const { source, asked } = await open(`echo $$ > '${pidFile}'\necho '${entry('s=1')}'\nexec sleep 60`);
    const stop = new AbortController();
    const lines: string[] = [];
    const done = linesOf(source, lines, stop.signal);
    await until(() => lines.length === 1);
    const pid = Number(await readFile(pidFile, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    stop.abort();
    await done;
    await until(() => !isAlive(pid));
    expect(lines).toEqual([entry('s=1')]);
    expect(await asked()).toEqual(['-k -o json --no-pager -f -n 0']);
  });

  it('is read once up to what it has', async () => {
    const { source, asked } = await open(`echo '${entry('s=1')}'\necho '${entry('s=2')}'`, { once: true });
    const lines: string[] = [];
    await linesOf(source, lines);
    expect(lines).toEqual([entry('s=1'), entry('s=2')]);
    expect(await asked()).toEqual(['-k -o json --no-pager']);
  });

  it('is not asked at all when there was a stop before', async () => {
    const { source, asked } = await open('exit 1');
    await linesOf(source, [], AbortSignal.abort());
    await expect(asked()).rejects.toThrow('ENOENT');
  });

  it('needs its program, and says what else can be done', async () => {
    const { source } = await open('', { command: '/nowhere/journalctl' });
    await expect(linesOf(source, [])).rejects.toMatchObject({
      code: 'no-program',
      message: expect.stringMatching(/^\/nowhere\/journalctl cannot be run: .*; use --packet-log=kmsg/),
    });
  });

  it.each([
    ["echo 'No journal files were opened' >&2; exit 1", /ended with code 1: No journal files were opened$/],
    // It was told to follow, and does not.
    ['exit 0', /ended with code 0/],
    ['kill -9 $$', /was ended by SIGKILL/],
  ])('tells how the program failed, after its lines: %s', async (script, message) => {
    const { source } = await open(`echo '${entry('s=1')}'\n${script}`);
    const lines: string[] = [];
    await expect(linesOf(source, lines)).rejects.toMatchObject({
      code: 'program-failed',
      message: expect.stringMatching(message),
    });
    expect(lines).toHaveLength(1);
  });

  it('keeps of many complaints the last', async () => {
    const { source } = await open('seq 1 5000 >&2; exit 2');
    await expect(linesOf(source, [])).rejects.toThrow(/ended with code 2: [\s\S]{1,2048}\n5000$/);
  });

  it('goes on behind the last whole entry when it is begun again', async () => {
    const half = entry('s=3').slice(0, -5);
    const { source, write, asked } = await open(
      `echo '${entry('s=1;i=a-b')}'\necho '${entry('s=2;i=c')}'\nprintf '%s' '${half}'\nexit 1`,
    );
    const lines: string[] = [];
    await expect(linesOf(source, lines)).rejects.toThrow('code 1');
    await write(`echo '${entry('s=3')}'\nexit 1`);
    await expect(linesOf(source, lines)).rejects.toThrow('code 1');
    await expect(linesOf(source, lines)).rejects.toThrow('code 1');
    expect(await asked()).toEqual([
      '-k -o json --no-pager -f -n 0',
      '-k -o json --no-pager -f --no-tail --after-cursor=s=2;i=c',
      '-k -o json --no-pager -f --no-tail --after-cursor=s=3',
    ]);
    expect(lines.filter((line) => line.endsWith('}'))).toEqual([
      entry('s=1;i=a-b'),
      entry('s=2;i=c'),
      entry('s=3'),
      entry('s=3'),
    ]);
  });

  it('does not hand on what a hostile entry calls its cursor', async () => {
    const { source, asked } = await open(
      `echo '${JSON.stringify({ __CURSOR: 's=1 --vacuum-size=1' })}'\nexit 1`,
    );
    await expect(linesOf(source, [])).rejects.toThrow('code 1');
    await expect(linesOf(source, [])).rejects.toThrow('code 1');
    expect((await asked())[1]).toBe('-k -o json --no-pager -f -n 0');
  });

  it('gives up lines that are too long, and tells so', async () => {
    const { source, overlong } = await open(
      `head -c 400000 /dev/zero | tr '\\0' x\necho\necho '${entry('s=1')}'`,
      { once: true },
    );
    const lines: string[] = [];
    await linesOf(source, lines);
    expect(lines).toEqual([entry('s=1')]);
    expect(overlong).toEqual([1]);
  });
});
