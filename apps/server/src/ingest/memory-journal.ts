import type { Trouble } from '@vibrissa/protocol/messages';
import type { OwnedJournal } from './journal.js';

const DONE = Promise.resolve();

/** Keeps nothing: what was taken in lives as long as the process. `troubles` say why, if that is not on purpose. */
export function memoryJournal(troubles: readonly Trouble[] = []): OwnedJournal {
  const status = { bytes: 0, skipped: 0, droppedBytes: 0, damaged: 0, troubles };
  return {
    append() {},
    flushed: () => DONE,
    async close() {},
    cut: () => 1,
    startFrom() {},
    keptElsewhere() {},
    tidy() {},
    status: () => status,
  };
}
