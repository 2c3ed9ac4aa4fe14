import { rm } from 'node:fs/promises';

/** Where a file is written anew before it takes the old one's place. */
export function freshPath(path: string): string {
  return `${path}.new`;
}

/** Removes what a rewrite that was cut short has left. */
export async function removeFresh(path: string): Promise<void> {
  await rm(freshPath(path), { force: true });
  await rm(`${freshPath(path)}.wal`, { force: true });
}
