import { appendFileSync, renameSync, statSync } from 'node:fs';

/**
 * Appends to a log file; before it would grow past `largest` bytes it is renamed to `<file>.1`, in place of
 * the one before, and begun anew.
 * @param {string} file
 * @param {string} text
 * @param {number} largest
 */
export function appendRotating(file, text, largest) {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 0 && size + Buffer.byteLength(text) > largest) renameSync(file, `${file}.1`);
  appendFileSync(file, text);
}
