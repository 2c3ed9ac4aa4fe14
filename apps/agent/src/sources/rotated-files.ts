import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { ignoreMissing } from './open-log.js';

export interface RotatedFile {
  readonly path: string;
  readonly inode: bigint;
  /** When the file was made, ns since epoch; 0 where the file system does not say. */
  readonly born: bigint;
}

/**
 * What a log has been renamed or copied to, oldest first: `flows.log.1`, `flows.log-20260101` as logrotate
 * names them, `flows-2026-01-01T00-00-00.000.log` as Felix does. Packed ones are left out.
 */
export async function rotatedFiles(path: string): Promise<RotatedFile[]> {
  const folder = dirname(path);
  const base = basename(path);
  const ending = extname(base);
  const stem = ending === '' ? base : base.slice(0, -ending.length);
  const found: RotatedFile[] = [];
  for (const name of (await readdir(folder).catch(ignoreMissing)) ?? []) {
    const isBackup =
      (name.startsWith(base) && isMark(name.slice(base.length))) ||
      (name.startsWith(stem) &&
        name.endsWith(ending) &&
        isMark(name.slice(stem.length, name.length - ending.length)));
    const file = isBackup ? await lookAt(join(folder, name)) : null;
    if (file !== null) found.push(file);
  }
  return found.sort((a, b) => (a.born < b.born ? -1 : a.born > b.born ? 1 : 0));
}

/** The file as it is now; null when there is none. */
export async function lookAt(path: string): Promise<RotatedFile | null> {
  const found = await stat(path, { bigint: true }).catch(ignoreMissing);
  return found === null ? null : { path, inode: found.ino, born: found.birthtimeNs };
}

function isMark(text: string): boolean {
  return /^[-.]\d[\dT:.-]*$/.test(text);
}
