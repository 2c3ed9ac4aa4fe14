import { LIVE_VERSION } from '@vibrissa/protocol/messages';

const KEY = 'vibrissa.reloaded-from';

/** Reloads for a server of another version, but not again and again should that not help. */
export function reloadOnce(storage: Storage, reload: () => void): void {
  const mine = String(LIVE_VERSION);
  if (storage.getItem(KEY) === mine) return;
  storage.setItem(KEY, mine);
  reload();
}
