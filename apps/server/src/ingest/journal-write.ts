import { writev, writevSync } from 'node:fs';

/** Writes the chunks at a place in an open file, as `fs.writev` does. */
export type Write = (
  file: number,
  chunks: readonly Uint8Array[],
  position: number,
  callback: (error: Error | null, written: number) => void,
) => void;

/** Up to this size handing a write to another thread and back takes longer than the write, bytes. */
const BRIEF_BYTES = 256 * 1024;

/** A write that takes longer tells of a disk that cannot keep up, ms. */
const SLOW_MS = 4;

/** For how long a slow disk is then written from another thread, ms. */
const CAREFUL_MS = 10_000;

/**
 * Writes at once, on this thread, what is brief: whoever waits for a receipt waits for it, and copying to the system's
 * own memory takes microseconds. Once that is slow, other threads write for a while, so that a disk that stalls holds
 * up the event loop once and not again.
 */
export function promptWrite(write: Write = writev, writeHere = writevSync): Write {
  let carefulUntil = Number.NEGATIVE_INFINITY;
  return (file, chunks, position, callback) => {
    const begun = performance.now();
    let bytes = 0;
    for (const chunk of chunks) bytes += chunk.byteLength;
    if (bytes > BRIEF_BYTES || begun < carefulUntil) return write(file, chunks, position, callback);
    let written: number;
    try {
      written = writeHere(file, chunks, position);
    } catch (error) {
      return callback(error instanceof Error ? error : new Error(String(error)), 0);
    }
    const done = performance.now();
    if (done - begun > SLOW_MS) carefulUntil = done + CAREFUL_MS;
    callback(null, written);
  };
}
