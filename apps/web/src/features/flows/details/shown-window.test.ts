import { describe, expect, it } from 'vitest';
import { INITIAL_STATUS } from '../../../live/live-status.js';
import { DEFAULT_VIEW, type View } from '../../../view/view-url.js';
import { shownWindow } from './shown-window.js';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;
const PAST: View = { ...DEFAULT_VIEW, window: { kind: 'fixed', from: 900 * HOUR, to: 901 * HOUR } };

describe('the window of the details', () => {
  it('is read again as the rows stream, less often where it is kept, and not while paused', () => {
    const day: View = { ...DEFAULT_VIEW, window: { kind: 'live', sinceMs: 24 * HOUR } };
    expect(shownWindow(DEFAULT_VIEW, INITIAL_STATUS, NOW)).toMatchObject({ refetch: 2_000, streams: true });
    expect(shownWindow(day, INITIAL_STATUS, NOW)).toMatchObject({ refetch: 15_000, streams: false });
    const history = { from: 0, to: 1, refreshMs: 40_000 };
    expect(shownWindow(day, { ...INITIAL_STATUS, history }, NOW).refetch).toBe(40_000);
    expect(shownWindow(day, { ...INITIAL_STATUS, pausedAt: NOW }, NOW).refetch).toBe(false);
  });

  it('is that of the rows in the past', () => {
    expect(shownWindow(PAST, INITIAL_STATUS, NOW)).toEqual({
      bounds: { from: 900 * HOUR, to: 901 * HOUR },
      refetch: false,
      live: false,
      streams: false,
    });
  });

  it('ends where playback is halted', () => {
    const at = 900.5 * HOUR;
    const view: View = { ...PAST, play: { speed: 10, spanMs: 300_000, at } };
    expect(shownWindow(view, INITIAL_STATUS, NOW).bounds).toEqual({ from: at - 300_000, to: at });
  });

  it('follows the playhead in steps that take about two seconds, never out of the window', () => {
    const view: View = { ...PAST, play: { speed: 60, spanMs: 300_000, at: null } };
    const ends = Array.from({ length: 240 }, (_, bucket) => {
      const status = { ...INITIAL_STATUS, playhead: 900 * HOUR + bucket * 15_000 };
      return shownWindow(view, status, NOW).bounds;
    });
    // An hour at 60x is a minute, or 30 readings.
    expect(new Set(ends.map(({ to }) => to)).size).toBeLessThanOrEqual(31);
    for (const { from, to = 0 } of ends) {
      expect(from).toBeGreaterThanOrEqual(900 * HOUR);
      expect(to).toBeLessThanOrEqual(901 * HOUR);
      expect(to).toBeGreaterThan(from);
    }
  });
});
