import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@vibrissa/model';
import type { Logger } from '../logger.js';
import { FileJournal, type FileJournalOptions } from './file-journal.js';
import type { OwnedJournal, ReplayedEntry } from './journal.js';
import { readFrames } from './journal-frame.js';
import { lockFolder } from './journal-lock.js';
import { type JournalPast, NO_PAST } from './journal-past.js';
import { HEADER_BYTES, JournalError, listSegments, noteEntry, type Segment } from './journal-segments.js';
import { makeFolder } from './make-folder.js';
import { memoryJournal } from './memory-journal.js';

export interface JournalSettings
  extends Omit<FileJournalOptions, 'folder' | 'segments' | 'clock' | 'log' | 'unlock'> {
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
  readonly past: JournalPast;
  /** Whether the folder is this server's: nothing else may be kept there either where it is not. */
  readonly isKept: boolean;
} {
  const { data, log } = settings;
  if (data === null) return { journal: memoryJournal(), past: NO_PAST, isKept: false };
  try {
    return { ...open({ ...settings, data }), isKept: true };
  } catch (error) {
    const { code, message } = error instanceof JournalError ? error : unusable(data, error);
    log.error({ code }, message);
    const trouble = {
      code: `journal-${code}`,
      message: `${message}. Until then a restart forgets all flows.`,
    };
    return { journal: memoryJournal([trouble]), past: NO_PAST, isKept: false };
  }
}

function open({ data, ...settings }: JournalSettings & { readonly data: string }): {
  readonly journal: OwnedJournal;
  readonly past: JournalPast;
} {
  makeFolder(data);
  const unlock = lockFolder(data);
  try {
    const folder = join(data, 'journal');
    const segments = listSegments(folder);
    const journal = new FileJournal({ ...settings, folder, segments, unlock });
    return { journal, past: pastOf(journal.kept(), journal) };
  } catch (error) {
    unlock();
    throw error;
  }
}

function pastOf(segments: readonly Segment[], journal: FileJournal): JournalPast {
  return {
    bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
    async *read() {
      for (const segment of segments) {
        const { number, path, bytes } = segment;
        const content = await readFile(path).catch((error: unknown) => {
          if (!isMissing(error)) journal.noteDamage(path);
          return null;
        });
        if (content !== null) yield { segment: number, entries: entriesOf(segment, content, journal), bytes };
      }
    },
  };
}

function* entriesOf(segment: Segment, content: Buffer, journal: FileJournal): Generator<ReplayedEntry> {
  let isNoted = false;
  const damaged = () => {
    if (!isNoted) journal.noteDamage(segment.path);
    isNoted = true;
  };
  if (segment.isSpoilt) damaged();
  for (const entry of readFrames(content, HEADER_BYTES, segment.version, damaged)) {
    noteEntry(segment, entry, entry.at, entry.head);
    yield entry;
  }
}

/** What was too much when the journal was opened is gone by now. */
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
