import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { inRepo } from './project.mjs';

const LEFT_OUT = new Set(['node_modules', 'dist', '.cache']);

/**
 * A digest of the names, sizes and change times of every file under `paths`: cheap enough to take at each
 * start, and different whenever a build could be. A path that does not exist counts as such.
 * @param {readonly string[]} paths files or folders, from the root of the repository
 */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) addTo(hash, path);
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} path
 */
function addTo(hash, path) {
  const stat = statSync(inRepo(path), { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    for (const name of readdirSync(inRepo(path)).sort()) {
      if (!LEFT_OUT.has(name)) addTo(hash, `${path}/${name}`);
    }
  } else {
    hash.update(`${path} ${stat?.size ?? 'missing'} ${stat?.mtimeMs ?? ''}\n`);
  }
}
