import { AgentError } from '../errors.js';
import { FileChanges } from './file-changes.js';
import type { Checkpoint, Piece } from './flow-source.js';
import { OpenLog } from './open-log.js';
import { lookAt, rotatedFiles } from './rotated-files.js';

export interface FollowOptions {
  readonly path: string;
  /** Where an earlier run stopped; null begins at the start of the file. */
  readonly from: Checkpoint | null;
  /** Stop at the end of the file. */
  readonly once: boolean;
  /** How often to look when nothing announces a change, ms. */
  readonly pollMs: number;
  /** Most lines in a piece. */
  readonly maxLines: number;
  /** Which setting names the file, for errors; the flow log's when left out. */
  readonly setting?: string;
  /** Told of what cannot be read. */
  readonly onTrouble: (trouble: 'overlong-line' | 'place-lost', line: number) => void;
}

/**
 * Follows a log: through renaming (the old file is read to its end first, and any that came and went between),
 * truncation, copy and truncation, deletion and creation. Every complete line is given once; a line without
 * an end waits for it until its file is done. Throws AgentError `no-file` when `once` finds no file.
 */
export async function* followFile(options: FollowOptions, signal: AbortSignal): AsyncGenerator<Piece> {
  const { path, once, pollMs, maxLines } = options;
  const changes = new FileChanges(path, pollMs, signal);
  let log = await findPlace(options);
  try {
    while (!signal.aborted) {
      if (log === null) {
        if (once)
          throw new AgentError(
            'no-file',
            `${settingOf(options)}=${JSON.stringify(path)}: there is no such file`,
          );
        await changes.next();
        log = await openAt(options, path, null);
        continue;
      }
      if (await log.isRewritten()) {
        yield* readCopy(options, log);
        log.restart();
      }
      while (!signal.aborted && (await log.read())) yield* log.pieces(maxLines);
      if (signal.aborted) return;
      const next = await successor(path, log);
      if (next !== null) {
        // The writer may have added to the old file after it was read and before it was renamed.
        while (await log.read()) yield* log.pieces(maxLines);
        yield* log.rest();
        await log.close();
        log = await openAt(options, next, null);
      } else if (once) {
        yield* log.rest();
        return;
      } else {
        await changes.next();
      }
    }
  } finally {
    changes.close();
    await log?.close();
  }
}

function settingOf({ setting = 'VIBRISSA_AGENT_FILE' }: FollowOptions): string {
  return setting;
}

async function openAt(
  options: FollowOptions,
  path: string,
  from: Checkpoint | null,
): Promise<OpenLog | null> {
  try {
    return await OpenLog.open(path, from, (line) => options.onTrouble('overlong-line', line));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AgentError(
      'unreadable-file',
      `${settingOf(options)}=${JSON.stringify(options.path)}: ${reason}`,
    );
  }
}

/** The file an earlier run was reading, wherever it is now; else the log from its start. */
async function findPlace(options: FollowOptions): Promise<OpenLog | null> {
  const { path, from } = options;
  if (from === null) return openAt(options, path, null);
  const here = await lookAt(path);
  const rotated = await rotatedFiles(path);
  const files = here === null ? rotated : [here, ...rotated];
  const same = files.filter((file) => String(file.inode) === from.inode);
  // A log that was copied and cut short lives on under another inode.
  const copies = rotated.filter((file) => String(file.inode) !== from.inode).reverse();
  for (const file of [...same, ...copies]) {
    const log = await openAt(options, file.path, from);
    if (log !== null) return log;
  }
  options.onTrouble('place-lost', from.line);
  return openAt(options, path, null);
}

/** The file to read after this one; null while the log still is this one, or is gone for now. */
async function successor(path: string, log: OpenLog): Promise<string | null> {
  const here = await lookAt(path);
  if (here === null || here.inode === log.inode) return null;
  const between = await rotatedFiles(path);
  const next = between.find(
    (file) => file.born > log.born && file.inode !== log.inode && file.inode !== here.inode,
  );
  return next?.path ?? path;
}

/** Reads what a log held beyond our place when it was cut short, if a copy of it was left. */
async function* readCopy(options: FollowOptions, log: OpenLog): AsyncGenerator<Piece> {
  const from = log.checkpoint();
  if (from.headLength === 0) return;
  for (const file of (await rotatedFiles(options.path)).reverse()) {
    const copy = file.inode === log.inode ? null : await openAt(options, file.path, from);
    if (copy === null) continue;
    try {
      while (await copy.read()) yield* copy.pieces(options.maxLines);
      yield* copy.rest();
    } finally {
      await copy.close();
    }
    return;
  }
}
