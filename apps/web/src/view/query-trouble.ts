import { ApiError } from '../api/client.js';

/** An error of a query, for people. */
export interface QueryTrouble {
  readonly title: string;
  /** What to do about it. */
  readonly remedy: string;
}

const KNOWN: ReadonlyMap<string, QueryTrouble> = new Map([
  [
    'query-too-long',
    {
      title: 'Reading took too long',
      remedy: 'The server ended it: choose a shorter window or a narrower filter.',
    },
  ],
  [
    'history-unavailable',
    {
      title: 'History cannot be read',
      remedy: 'The last hour can still be shown. The notice at the top says what is wrong.',
    },
  ],
  ['filter-syntax', { title: 'This filter cannot be read', remedy: 'The filter bar shows where.' }],
  ['unreachable', { title: 'The server did not answer', remedy: 'The page keeps trying.' }],
  ['cut-off', { title: 'The connection broke while reading', remedy: 'Read again.' }],
]);

/** What went wrong with a query, and what helps. */
export function queryTrouble(error: Error): QueryTrouble {
  if (!(error instanceof ApiError)) return { title: 'Something went wrong', remedy: error.message };
  if (error.status === 503 && error.code !== 'history-unavailable') {
    return { title: 'The server is busy with other readings', remedy: 'Read again in a moment.' };
  }
  return codeTrouble(error.code, error.message);
}

/** The same, where only the server's code and words are known. */
export function codeTrouble(code: string, message: string): QueryTrouble {
  return KNOWN.get(code) ?? { title: 'The server could not answer this', remedy: message };
}
