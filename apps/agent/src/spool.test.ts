import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Piece } from './sources/flow-source.js';
import { Spool } from './spool.js';
import { temporaryFolder } from './testing/temporary-folder.js';

const losses: string[] = [];

function openSpool(folder: string, maxBytes = 1_000_000): Promise<Spool> {
  let streams = 0;
  return Spool.open({
    folder,
    maxBytes,
    newStream: () => `stream ${++streams}`,
    onLoss: (loss, records) => losses.push(`${loss} ${records}`),
  });
}

function piece(line: string, offset = 0): Piece {
  const checkpoint = { inode: '1', offset, line: 1, headLength: 0, headCrc: 0 };
  return { lines: [line], numbers: [1], checkpoint };
}

async function segments(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.seg')).sort();
}

async function textsOf(spool: Spool): Promise<string[]> {
  const texts: string[] = [];
  for (let at = spool.after(0); at !== null; at = spool.after(at))
    texts.push((await spool.read(at))?.text ?? 'gone');
  return texts;
}

describe('a spool', () => {
  it('gives back what was put in, with numbers from 1', async () => {
    const spool = await openSpool(await temporaryFolder());
    expect(await spool.append({ lines: ['a', 'b'], numbers: [4, 6], checkpoint: null })).toBe(1);
    expect(await spool.append(piece('c'))).toBe(2);
    expect(await spool.read(1)).toEqual({ sequence: 1, numbers: [4, 6], checkpoint: null, text: 'a\nb' });
    expect(spool.pendingRecords).toBe(3);
    expect(spool.after(1)).toBe(2);
    expect(spool.after(2)).toBeNull();
    await spool.close();
  });

  it('knows after closing what was done with and where reading goes on', async () => {
    const folder = await temporaryFolder();
    const spool = await openSpool(folder);
    for (const [at, line] of ['a', 'b', 'c'].entries()) await spool.append(piece(line, at));
    await spool.acknowledge(1);
    await spool.close();
    const again = await openSpool(folder);
    expect(await textsOf(again)).toEqual(['b', 'c']);
    expect(again.checkpoint?.offset).toBe(2);
    expect(again.stream).toBe(spool.stream);
    expect(await again.append(piece('d'))).toBe(4);
    await again.close();
  });

  it('has everything after a kill, without the half-written end', async () => {
    const folder = await temporaryFolder();
    const spool = await openSpool(folder);
    await spool.append(piece('a', 1));
    await spool.append(piece('b', 2));
    const [name = ''] = await segments(folder);
    const { size } = await stat(join(folder, name));
    await appendFile(join(folder, name), Buffer.from([0, 0, 1, 0, 9, 9, 9]));
    losses.length = 0;
    const again = await openSpool(folder);
    expect(losses).toEqual(['damaged 0']);
    expect(await textsOf(again)).toEqual(['a', 'b']);
    expect(again.checkpoint?.offset).toBe(2);
    expect((await stat(join(folder, name))).size).toBe(size);
    await again.close();
    await spool.close();
  });

  it('does not believe a batch whose bytes have changed', async () => {
    const folder = await temporaryFolder();
    const spool = await openSpool(folder);
    await spool.append(piece('honest', 1));
    await spool.close();
    const [name = ''] = await segments(folder);
    const content = await readFile(join(folder, name));
    await writeFile(
      join(folder, name),
      Buffer.from(content.toString('latin1').replace('honest', 'forged'), 'latin1'),
    );
    const again = await openSpool(folder);
    expect(again.isEmpty).toBe(true);
    await again.close();
  });

  it('passes over acknowledged batches only in order', async () => {
    const spool = await openSpool(await temporaryFolder());
    for (const line of ['a', 'b', 'c']) await spool.append(piece(line));
    await spool.acknowledge(2);
    expect(await textsOf(spool)).toEqual(['a', 'c']);
    await spool.acknowledge(1);
    expect(await textsOf(spool)).toEqual(['c']);
    await spool.acknowledgeThrough(9);
    expect(spool.isEmpty).toBe(true);
    expect(await spool.append(piece('d'))).toBe(10);
    await spool.close();
  });

  it('drops the oldest when it is full, counts them, and removes what was acknowledged', async () => {
    const folder = await temporaryFolder();
    const spool = await openSpool(folder, 80_000);
    const line = 'x'.repeat(3_000);
    for (let at = 0; at < 100; at++) await spool.append(piece(line));
    expect(spool.bytes).toBeLessThanOrEqual(80_000);
    expect(spool.dropped).toBeGreaterThan(0);
    expect(spool.dropped + spool.pendingRecords).toBe(100);
    const { dropped } = spool;
    await spool.close();
    const again = await openSpool(folder, 80_000);
    expect(again.dropped).toBe(dropped);
    await again.acknowledgeThrough(100);
    expect(again.bytes).toBe(0);
    expect(await segments(folder)).toEqual([]);
    await again.close();
  });

  it('counts a batch that was given up', async () => {
    const spool = await openSpool(await temporaryFolder());
    await spool.append(piece('a'));
    await spool.giveUp(1);
    expect([spool.dropped, spool.isEmpty]).toEqual([1, true]);
    await spool.close();
  });

  it('belongs to one agent, and not to one that is gone', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock'), '1');
    await expect(openSpool(folder)).rejects.toMatchObject({ code: 'spool-in-use' });
    await writeFile(join(folder, 'lock'), '4194305');
    await (await openSpool(folder)).close();
  });

  it('is not begun anew over a state that cannot be read', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'state.json'), '{"version":2}');
    await expect(openSpool(folder)).rejects.toMatchObject({ code: 'bad-spool' });
  });
});
