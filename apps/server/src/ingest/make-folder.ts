import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** What flows in a cluster is nobody else's business on this machine. */
const PRIVATE = 0o700;

/**
 * Makes a folder and those above it where they are missing. Node's own recursive mkdir never returns where a file
 * system takes no folders and says that something is missing, as /proc does.
 */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path, { mode: PRIVATE });
  } catch (error) {
    // Made by someone else meanwhile.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
