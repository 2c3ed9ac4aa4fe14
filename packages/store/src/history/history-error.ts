export type HistoryTrouble =
  | 'history-unavailable'
  | 'history-newer'
  | 'history-corrupt'
  | 'history-locked'
  | 'history-read-only'
  | 'history-bucket-length'
  | 'history-disk-full'
  | 'history-write-failed'
  | 'history-memory'
  | 'history-export-failed'
  | 'history-query-failed'
  | 'history-died';

/** What is wrong with the history, in a sentence that says what to do. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';

  constructor(
    readonly code: HistoryTrouble,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
