import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandClock, until } from '../test-server.js';
import { KnownPolicies } from './known-policies.js';
import type { FolderLimits } from './read-folder.js';
import { FolderPolicies } from './watch-folder.js';

let folder: string;
let known: KnownPolicies;
let watching: FolderPolicies | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policies-'));
  known = new KnownPolicies();
});

afterEach(async () => {
  await watching?.close();
  watching = null;
  await rm(folder, { recursive: true, force: true });
});

function policy(name: string, spec = '{ podSelector: {} }'): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
`;
}

function write(name: string, text: string): Promise<void> {
  return writeFile(join(folder, name), text);
}

/** Looks now and then so seldom that only the watch can tell, unless said. */
async function start({ everyMs = 600_000, limits }: { everyMs?: number; limits?: FolderLimits } = {}) {
  watching = new FolderPolicies({
    folder,
    policies: known,
    clock: new HandClock(1_000),
    log: pino({ level: 'silent' }),
    quietMs: 10,
    everyMs,
    ...(limits === undefined ? {} : { limits }),
  });
  await until(() => source()?.state !== 'loading', 'a first look');
}

function source() {
  return known.sources[0];
}

function names(): readonly string[] {
  return known.rulebook.policies.map(({ name }) => name).sort();
}

function knows(...wanted: readonly string[]): Promise<void> {
  return until(() => JSON.stringify(names()) === JSON.stringify(wanted), `to know ${wanted.join(', ')}`);
}

describe('a folder of policies', () => {
  it('is read with what is below it, and nothing that is no YAML or JSON', async () => {
    await mkdir(join(folder, 'team', 'a'), { recursive: true });
    await mkdir(join(folder, '.git'));
    await write('one.yaml', `${policy('one')}---\n${policy('two')}`);
    await write('team/a/three.YML', policy('three'));
    await write(
      'four.json',
      JSON.stringify({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'four', namespace: 'shop' },
        spec: { podSelector: {} },
      }),
    );
    await write('README.md', 'no: [policy');
    await write('.git/hidden.yaml', policy('hidden'));
    await start();
    expect(names()).toEqual(['four', 'one', 'three', 'two']);
    expect(source()).toMatchObject({
      kind: 'folder',
      name: folder,
      state: 'ready',
      detail: null,
      readAt: 1_000,
      problems: [],
    });
    expect(known.rulebook.cluster.complete).toBe(false);
  });

  it('is followed: files that are added, changed, renamed and deleted, and folders', async () => {
    await write('one.yaml', policy('one'));
    await start();
    await write('two.yaml', policy('two'));
    await knows('one', 'two');
    await write('one.yaml', policy('uno'));
    await knows('two', 'uno');
    await rename(join(folder, 'two.yaml'), join(folder, 'two.txt'));
    await knows('uno');
    await mkdir(join(folder, 'more'));
    await writeFile(join(folder, 'more', 'three.yaml'), policy('three'));
    await knows('three', 'uno');
    await writeFile(join(folder, 'more', 'three.yaml'), policy('tre'));
    await knows('tre', 'uno');
    await rm(join(folder, 'more'), { recursive: true });
    await rm(join(folder, 'one.yaml'));
    await knows();
    expect(source()).toMatchObject({ state: 'ready', detail: `${folder} has no YAML or JSON files` });
  });

  it('tells what is wrong with file, document, path and line, and reads the rest', async () => {
    await write(
      'shop.yaml',
      `${policy('good')}---
${policy('bad', '{ podSelector: {}, ingress: [{ ports: [{ port: 99999 }] }] }')}---
${policy('fine')}`,
    );
    await write('broken.yaml', 'apiVersion: [');
    await start();
    expect(names()).toEqual(['fine', 'good']);
    expect(source()).toMatchObject({ state: 'ready' });
    expect(source()?.problems).toMatchObject([
      { file: 'broken.yaml', document: 1, severity: 'error' },
      { file: 'shop.yaml', document: 2, path: 'spec.ingress[0].ports[0].port', line: 9, severity: 'error' },
    ]);
  });

  it('knows a file that was read half-written once the rest is there', async () => {
    const whole = policy('slow', '{ podSelector: {}, policyTypes: [Ingress] }');
    await write('slow.yaml', whole.slice(0, -12));
    await start();
    expect(source()?.problems).toHaveLength(1);
    expect(names()).toEqual([]);
    await write('slow.yaml', whole);
    await knows('slow');
    expect(source()?.problems).toEqual([]);
  });

  it('follows the links of a ConfigMap that is mounted, as they are swapped', async () => {
    const version = async (name: string, text: string) => {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'policy.yaml'), text);
    };
    await version('..2026_01', policy('before'));
    await symlink('..2026_01', join(folder, '..data'));
    await symlink('..data/policy.yaml', join(folder, 'policy.yaml'));
    await start();
    expect(names()).toEqual(['before']);
    await version('..2026_02', policy('after'));
    await symlink('..2026_02', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await knows('after');
  });

  it('is waited for when it is missing, and what it said is kept when it goes', async () => {
    await rm(folder, { recursive: true });
    await start({ everyMs: 20 });
    expect(source()).toMatchObject({ state: 'failed', readAt: null });
    expect(source()?.detail).toMatch(/there is no such folder.*VIBRISSA_POLICIES/);
    const { version } = known;
    await mkdir(folder);
    await write('one.yaml', policy('one'));
    await knows('one');
    expect(known.version).toBeLessThan(version + 4);
    await rm(folder, { recursive: true });
    await until(() => source()?.state === 'failed', 'the folder to be missed');
    expect(names()).toEqual(['one']);
  });

  it('sees by looking what a watch does not: a file that a link leads to', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'policies-'));
    try {
      await writeFile(join(elsewhere, 'far.yaml'), policy('far'));
      await symlink(join(elsewhere, 'far.yaml'), join(folder, 'far.yaml'));
      await start({ everyMs: 20 });
      await writeFile(join(elsewhere, 'far.yaml'), policy('farther'));
      await knows('farther');
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  it('tells nothing anew while nothing changes', async () => {
    await write('one.yaml', policy('one'));
    await start({ everyMs: 5 });
    const { version } = known;
    let looks = 0;
    const end = known.onChange(() => looks++);
    // Moved there whole: one that grows could be read twice.
    await write('two.tmp', policy('two'));
    await rename(join(folder, 'two.tmp'), join(folder, 'two.yaml'));
    await knows('one', 'two');
    end();
    expect([looks, known.version]).toEqual([1, version + 1]);
  });

  it('leaves out what is too much, and says so', async () => {
    await write('a.yaml', policy('a'));
    await write('b.yaml', `${policy('b')}${'#'.repeat(5_000)}`);
    await write('c.yaml', policy('c'));
    await write('d.yaml', policy('d'));
    await symlink('.', join(folder, 'again'));
    await start({ limits: { maxBytes: 1_000, maxFiles: 3, maxFolders: 10 } });
    expect(names()).toEqual(['a', 'c']);
    expect(source()?.problems.map(({ file, message }) => [file, message])).toEqual([
      ['', 'expected at most 3 files: one is left out; put many objects into one file'],
      ['b.yaml', 'expected at most 1000 bytes in all files: it is left out'],
    ]);
  });

  it('says that it is a file, where it is one', async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, policy('alone'));
    await start();
    expect(source()?.detail).toContain('it is no folder');
  });
});
