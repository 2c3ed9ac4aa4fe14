import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.mjs';
import { ROOT } from './project.mjs';

describe('the fingerprint of sources', () => {
  let folder = '';
  const take = () => fingerprint([relative(ROOT, folder)]);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vibrissa-fingerprint-'));
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/a.ts'), 'one');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('stays while nothing changes', () => {
    expect(take()).toBe(take());
  });

  it('changes with content, with time, with a new file and with a removed one', () => {
    const seen = [take()];
    writeFileSync(join(folder, 'src/a.ts'), 'longer');
    seen.push(take());
    utimesSync(join(folder, 'src/a.ts'), 1, 1);
    seen.push(take());
    writeFileSync(join(folder, 'src/b.ts'), '');
    seen.push(take());
    rmSync(join(folder, 'src/a.ts'));
    seen.push(take());
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('does not look at what builds make', () => {
    const before = take();
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/a.js'), '');
    expect(take()).toBe(before);
  });

  it('tells a missing path from an empty one', () => {
    const before = take();
    rmSync(folder, { recursive: true });
    expect(take()).not.toBe(before);
    mkdirSync(folder);
  });
});
