import { HistoryError } from './history-error.js';

/** What DuckDB or the system said of a file, and what it means to who runs the server. */
const MEANINGS: readonly (readonly [said: RegExp, make: (path: string) => HistoryError])[] = [
  [
    /could not set lock|conflicting lock|already attached/i,
    (path) =>
      new HistoryError(
        'history-locked',
        `${path} is in use by another process; end that one, or set VIBRISSA_DATA to another folder`,
      ),
  ],
  [
    /version number|storage version|newer version/i,
    (path) =>
      new HistoryError(
        'history-newer',
        `${path} was written by a newer version; use that version again, or set VIBRISSA_DATA to another folder`,
      ),
  ],
  [
    /read-only|EROFS|EACCES|EPERM|permission denied/i,
    (path) =>
      new HistoryError(
        'history-read-only',
        `${path} cannot be written; make the folder writable for this user, or set VIBRISSA_DATA to one that is`,
      ),
  ],
  [
    /no space left|ENOSPC|disk full|could not write|file too large|EFBIG|quota/i,
    (path) =>
      new HistoryError(
        'history-disk-full',
        `there is no room to write ${path}; free some, lower the limit of the history, or set VIBRISSA_DATA to another disk`,
      ),
  ],
  [
    /out of memory/i,
    (path) =>
      new HistoryError(
        'history-memory',
        `${path} needs more memory than the history may take; raise its limit, or let fewer flows be seen`,
      ),
  ],
  [
    /not a valid duckdb|corrupt|checksum|serialization error|failed to load|replaying wal|invalid unicode/i,
    (path) =>
      new HistoryError(
        'history-corrupt',
        `${path} is damaged and was left as it is; put a backup in its place, move it away, or set VIBRISSA_DATA to another folder`,
      ),
  ],
];

/** The error as one that says what to do; one of ours stays as it is. */
export function fileTrouble(error: unknown, path: string | null): HistoryError {
  if (error instanceof HistoryError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const shown = path ?? 'the history in memory';
  for (const [pattern, make] of MEANINGS) {
    if (!pattern.test(said)) continue;
    const known = make(shown);
    return new HistoryError(known.code, known.message, { cause: error });
  }
  return new HistoryError(
    'history-write-failed',
    `${shown} cannot be used (${firstLine(said)}); look after its disk, or set VIBRISSA_DATA to another folder`,
    { cause: error },
  );
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 200) ?? '';
}
