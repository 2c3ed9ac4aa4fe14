import { setTimeout as pause } from 'node:timers/promises';
import type { TieredStore } from '@vibrissa/store';

/** How often is looked, ms. */
const LOOK_MS = 50;

/**
 * Waits while the history is being opened, soon after a start: until then the past looks as if nothing had been there.
 * Rejects with the signal's reason when it is aborted.
 */
export async function openedHistory(
  { history }: Pick<TieredStore, 'history'>,
  signal?: AbortSignal,
): Promise<void> {
  while (history?.status().state === 'opening') {
    await pause(LOOK_MS);
    signal?.throwIfAborted();
  }
}
