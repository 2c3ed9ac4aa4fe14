import type { Journal } from './journal.js';

const DONE = Promise.resolve();

/** Keeps nothing: what was taken in lives as long as the process. */
export const MEMORY_JOURNAL: Journal = {
  append() {},
  flushed: () => DONE,
  async close() {},
};
