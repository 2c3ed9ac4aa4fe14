import { mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestAuthority } from '@vibrissa/protocol/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LoadedTls, loadTls, type TlsPaths, TlsWatch } from './tls-files.js';

let authority: TestAuthority;
let other: TestAuthority;
let root: string;
let folder: string;
let paths: TlsPaths;

beforeAll(async () => {
  [authority, other] = await Promise.all([TestAuthority.create(), TestAuthority.create('another')]);
  root = await mkdtemp(join(tmpdir(), 'vibrissa-tls-'));
});

afterAll(() => rm(root, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(root, 'case-'));
  paths = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key'), ca: join(folder, 'ca.crt') };
  await write(folder, 'goldmane');
});

async function write(into: string, commonName: string, by = authority): Promise<void> {
  const { cert, key } = await by.issue({ commonName });
  await writeFile(join(into, 'tls.crt'), cert);
  await writeFile(join(into, 'tls.key'), key);
  await writeFile(join(into, 'ca.crt'), by.ca);
}

describe('loadTls', () => {
  it('reads what it is given and says until when it is good', async () => {
    const { tls, validTo } = await loadTls(paths);
    expect(tls.ca).toBe(authority.ca);
    expect(validTo).toContain('2090');
  });

  it.each(['cert', 'key', 'ca'] as const)('names the file of the %s when it is not there', async (which) => {
    await rm(paths[which]);
    await expect(loadTls(paths)).rejects.toMatchObject({
      code: 'bad-tls-files',
      message: expect.stringContaining(`cannot read ${paths[which]}`),
    });
  });

  it.each(['cert', 'key', 'ca'] as const)('names the file of the %s when it is no PEM', async (which) => {
    await writeFile(paths[which], 'nothing of use');
    await expect(loadTls(paths)).rejects.toThrow(`cannot use ${paths[which]}`);
  });

  it('refuses a key of another certificate', async () => {
    await writeFile(paths.key, (await other.issue({ commonName: 'x' })).key);
    await expect(loadTls(paths)).rejects.toThrow(`cannot use ${paths.cert} with ${paths.key}`);
  });

  it('reads no file without end', async () => {
    await truncate(paths.ca, 1_000_000_000);
    await expect(loadTls(paths)).rejects.toThrow('a PEM file has at most');
  });
});

describe('TlsWatch', () => {
  const changed: LoadedTls[] = [];
  const refused: string[] = [];
  let watch: TlsWatch;

  beforeEach(async () => {
    changed.length = 0;
    refused.length = 0;
    watch = new TlsWatch(paths, (await loadTls(paths)).tls, {
      changed: (loaded) => changed.push(loaded),
      refused: ({ message }) => refused.push(message),
    });
  });

  it('says nothing while nothing changes', async () => {
    await watch.look();
    expect([changed, refused]).toEqual([[], []]);
  });

  it('passes on new files once', async () => {
    await write(folder, 'goldmane-2', other);
    await watch.look();
    await watch.look();
    expect(changed.map(({ tls }) => tls.ca)).toEqual([other.ca]);
  });

  it('follows links that are moved, as secrets of Kubernetes are exchanged', async () => {
    const [first, second] = [join(folder, '..1'), join(folder, '..2')];
    await Promise.all([mkdir(first), mkdir(second)]);
    await Promise.all([write(first, 'one'), write(second, 'two', other)]);
    const link = join(folder, '..data');
    await symlink(first, link);
    const linked = { cert: join(link, 'tls.crt'), key: join(link, 'tls.key'), ca: join(link, 'ca.crt') };
    const linkedWatch = new TlsWatch(linked, (await loadTls(linked)).tls, {
      changed: (loaded) => changed.push(loaded),
      refused: ({ message }) => refused.push(message),
    });
    await symlink(second, join(folder, '..next'));
    await rename(join(folder, '..next'), link);
    await linkedWatch.look();
    expect(changed.map(({ tls }) => tls.ca)).toEqual([other.ca]);
  });

  it('keeps the old ones when new ones are of no use, says so once, and takes the next good ones', async () => {
    await writeFile(paths.cert, 'broken');
    await watch.look();
    await watch.look();
    expect(changed).toEqual([]);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toContain(paths.cert);
    await write(folder, 'goldmane-3');
    await watch.look();
    expect(changed).toHaveLength(1);
  });
});
