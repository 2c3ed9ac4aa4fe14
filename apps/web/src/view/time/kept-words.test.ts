import { describe, expect, it } from 'vitest';
import type { LiveStatus } from '../../live/live-status.js';
import { keptWords, reachWarning } from './kept-words.js';
import { UTC } from './wall-clock.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = Date.parse('2026-11-22T10:00:00Z');
const here = { now, zone: UTC };

function kept(oldest: number | null, retentionMs = 7 * DAY, state: 'open' | 'failed' | null = 'open') {
  const history = state === null ? null : { state, bytes: 0, mostBytes: 0, retentionMs, oldest };
  // Only what these words are made of.
  return { health: { oldest, history }, retentionMs, horizonMs: HOUR } as Pick<
    LiveStatus,
    'health' | 'retentionMs' | 'horizonMs'
  >;
}

describe('how long flows are kept', () => {
  it.each([
    [kept(now - 7 * DAY), 'Flows are kept for 7 days.'],
    [kept(now - 2 * DAY), 'Flows are kept for 7 days; they go back to Fri 20 Nov 10:00.'],
    [kept(now - HOUR, HOUR, null), 'Nothing is kept on disk here: only the last hour can be shown.'],
    [kept(now - HOUR, 7 * DAY, 'failed'), 'History is not available: only the last hour can be shown.'],
  ])('%#', (status, words) => {
    expect(keptWords(here, status)).toBe(words);
  });

  it('is told where a window is longer', () => {
    const status = kept(now - 2 * DAY);
    expect(reachWarning({ kind: 'live', sinceMs: DAY }, here, status)).toBeNull();
    expect(reachWarning({ kind: 'live', sinceMs: 3 * DAY }, here, status)).toMatch(
      /^Its beginning is not kept/,
    );
    expect(reachWarning({ kind: 'fixed', from: now - 6 * DAY, to: now - 5 * DAY }, here, status)).toBe(
      'Nothing is kept of it: flows go back to Fri 20 Nov 10:00.',
    );
    expect(reachWarning({ kind: 'fixed', from: now - 9 * DAY, to: now - 8 * DAY }, here, kept(null))).toMatch(
      /flows go back to Sun 15 Nov 10:00/,
    );
  });
});
