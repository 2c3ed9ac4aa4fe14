import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { capture, inRepo } from './project.mjs';
import { mustStep } from './step.mjs';

const LOCK = inRepo('package-lock.json');
/** npm's own note of what it put into node_modules. */
const INSTALLED = inRepo('node_modules/.package-lock.json');
const STAMP = inRepo('node_modules/.vibrissa-installed');

/** Installs the packages when they are missing or the lock file asks for others; else does nothing. */
export async function ensureInstalled() {
  const lock = readFileSync(LOCK, 'utf8');
  const hash = createHash('sha256').update(lock).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return;
  if (!existsSync(INSTALLED)) {
    await mustStep('installing packages (the first time takes a minute)', () =>
      capture('npm', ['ci', '--no-audit', '--no-fund']),
    );
  } else if (!isInstalled(JSON.parse(lock), JSON.parse(readFileSync(INSTALLED, 'utf8')))) {
    await mustStep('installing packages (package-lock.json has changed)', () =>
      capture('npm', ['install', '--no-audit', '--no-fund']),
    );
  }
  writeFileSync(STAMP, createHash('sha256').update(readFileSync(LOCK)).digest('hex'));
}

/**
 * Whether node_modules holds what the lock file asks for, so that an `npm install` by hand counts too.
 * Optional packages are left out: which of them are wanted depends on the platform.
 * @typedef {{ packages: Record<string, { version?: string, resolved?: string, optional?: boolean }> }} Lock
 * @param {Lock} wanted
 * @param {Lock} installed
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted.packages).every(([path, entry]) => {
    if (!path.includes('node_modules/') || entry.optional) return true;
    return installed.packages[path]?.version === entry.version;
  });
}
