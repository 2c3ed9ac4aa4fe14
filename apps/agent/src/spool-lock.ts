import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from './errors.js';
import { ignoreMissing } from './sources/open-log.js';

/** Keeps two agents out of one spool. Throws AgentError `spool-in-use`; a killed agent's lock does not count. */
export async function lockSpool(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  const holder = Number(await readFile(path, 'utf8').catch(ignoreMissing));
  // In a container every agent has the same process id, so its own id in the lock is a former life's.
  if (holder > 0 && holder !== process.pid && isAlive(holder)) {
    throw new AgentError(
      'spool-in-use',
      `VIBRISSA_AGENT_SPOOL=${JSON.stringify(folder)}: process ${holder} uses it; give each agent a folder of its own`,
    );
  }
  await writeFile(path, String(process.pid));
  return () => rm(path, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
