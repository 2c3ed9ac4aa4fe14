import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JournalError } from './journal-segments.js';

/** Whoever holds the folder: its process, and when that began, since another may have its number by now. */
interface Holder {
  readonly pid: number;
  readonly begun: string;
}

/**
 * Keeps two servers out of one folder; the lock of a killed one does not count. Returns what lets go.
 * Throws JournalError `in-use`, and what the file system says.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  const own = JSON.stringify({ pid: process.pid, begun: beginOf(process.pid) ?? '' } satisfies Holder);
  for (const isLast of [false, true]) {
    try {
      writeFileSync(path, own, { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = readHolder(path);
    if (isLast || (holder !== null && isAlive(holder))) {
      const who = holder === null ? 'another server' : `process ${holder.pid}`;
      throw new JournalError(
        'in-use',
        folder,
        `${who} keeps its flows there; give each server its own folder`,
      );
    }
    rmSync(path, { force: true });
  }
  throw new JournalError('in-use', folder, 'another server keeps its flows there');
}

function readHolder(path: string): Holder | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('begun' in value)) return null;
    const { pid, begun } = value;
    return typeof pid === 'number' && typeof begun === 'string' ? { pid, begun } : null;
  } catch {
    return null;
  }
}

function isAlive({ pid, begun }: Holder): boolean {
  const now = beginOf(pid);
  if (now !== null) return now === begun;
  try {
    process.kill(pid, 0);
    // Without /proc there is no telling whether it is the same process, except that we are not it.
    return pid !== process.pid;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When a process began, in ticks since the machine did; null where the system does not tell. */
function beginOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything; the start is the 22nd.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
