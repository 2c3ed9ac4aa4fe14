import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/client.js';
import { queryTrouble } from './query-trouble.js';

describe('what went wrong with a query', () => {
  it.each([
    [new ApiError('query-too-long', 504, 'x'), /took too long/, /shorter window/],
    [new ApiError('history-unavailable', 503, 'x'), /History cannot be read/, /last hour/],
    [new ApiError('too-many-queries', 503, 'x'), /busy/, /in a moment/],
    [new ApiError('filter-syntax', 400, 'no such field'), /filter cannot be read/, /filter bar/],
    [new ApiError('unreachable', 0, 'x'), /did not answer/, /keeps trying/],
    [new ApiError('bad-bounds', 400, 'from is after to'), /could not answer/, /from is after to/],
    [new Error('broken'), /went wrong/, /broken/],
  ])('%s', (error, title, remedy) => {
    expect(queryTrouble(error).title).toMatch(title);
    expect(queryTrouble(error).remedy).toMatch(remedy);
  });
});
