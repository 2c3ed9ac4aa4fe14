import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@vibrissa/model';
import type { Logger } from '../logger.js';
import { FileJournal, type FileJournalOptions } from './file-journal.js';
import type { OwnedJournal } from './journal.js';
import { readFrames } from './journal-frame.js';
import { lockFolder } from './journal-lock.js';
import { type JournalHistory, NO_HISTORY } from './journal-restore.js';
import { HEADER_BYTES, JournalError, listSegments, type Segment } from './journal-segments.js';
import { makeFolder } from './make-folder.js';
import { memoryJournal } from './memory-journal.js';

export interface JournalSettings extends Pick<FileJournalOptions, 'mostBytes' | 'horizonMs' | 'write'> {
  /** The folder for all that outlives the process; null keeps everything in memory alone. */
  readonly data: string | null;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Opens the journal and finds what an earlier run left. A folder that cannot be used stops nothing: the server then
 * shows what it gets, keeps nothing, and says so.
 */
export function openJournal(settings: JournalSettings): {
  readonly journal: OwnedJournal;
  readonly history: JournalHistory;
} {
  const { data, log } = settings;
  if (data === null) return { journal: memoryJournal(), history: NO_HISTORY };
  try {
    return open({ ...settings, data });
  } catch (error) {
    const { code, message } = error instanceof JournalError ? error : unusable(data, error);
    log.error({ code }, message);
    const trouble = {
      code: `journal-${code}`,
      message: `${message}. Until then a restart forgets all flows.`,
    };
    return { journal: memoryJournal([trouble]), history: NO_HISTORY };
  }
}

function open({ data, ...settings }: JournalSettings & { readonly data: string }): {
  readonly journal: OwnedJournal;
  readonly history: JournalHistory;
} {
  makeFolder(data);
  const unlock = lockFolder(data);
  try {
    const folder = join(data, 'journal');
    const segments = listSegments(folder);
    const journal = new FileJournal({ ...settings, folder, segments, unlock });
    return { journal, history: historyOf(journal.kept(), journal) };
  } catch (error) {
    unlock();
    throw error;
  }
}

function historyOf(segments: readonly Segment[], journal: FileJournal): JournalHistory {
  return {
    bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
    async *read() {
      for (const { path, bytes, isSpoilt } of segments) {
        const content = await readFile(path).catch((error: unknown) => {
          if (!isMissing(error)) journal.noteDamage(path);
          return null;
        });
        if (content === null) continue;
        let isNoted = isSpoilt;
        if (isSpoilt) journal.noteDamage(path);
        const damaged = () => {
          if (!isNoted) journal.noteDamage(path);
          isNoted = true;
        };
        yield { entries: readFrames(content, HEADER_BYTES, damaged), bytes };
      }
    },
  };
}

/** What was too old when the journal was opened is gone by now. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unusable(data: string, error: unknown): JournalError {
  const why = error instanceof Error ? error.message : String(error);
  return new JournalError(
    'unusable',
    data,
    `cannot be used (${why}); make it a folder this server may write, or set VIBRISSA_DATA=off`,
  );
}
