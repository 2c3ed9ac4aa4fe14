import { describe, expect, it } from 'vitest';
import { DEFAULT_VIEW, type View } from '../../view/view-url.js';
import { isKept, questionOf } from './question-of.js';

const HOUR = 3_600_000;
const REACH = { now: 100 * HOUR, horizonMs: HOUR };
const FIXED: View = { ...DEFAULT_VIEW, window: { kind: 'fixed', from: 10 * HOUR, to: 12 * HOUR } };

describe('questionOf', () => {
  it('lets what is recent stream', () => {
    expect(questionOf(DEFAULT_VIEW, REACH)).toEqual({
      watch: {
        filter: '',
        grouping: 'connection',
        since: -900_000,
        limit: 50_000,
        sort: { column: 'attention', descending: true },
      },
      streams: true,
      haltedAt: null,
    });
  });

  it('reads what is older, in the order on screen', () => {
    const view: View = { ...FIXED, sort: { column: 'seen', descending: false } };
    expect(questionOf(view, REACH).watch).toEqual({
      filter: '',
      grouping: 'connection',
      since: 10 * HOUR,
      until: 12 * HOUR,
      limit: 5_000,
      sort: { column: 'lastSeen', descending: false },
    });
    const day: View = { ...DEFAULT_VIEW, window: { kind: 'live', sinceMs: 24 * HOUR } };
    expect(questionOf(day, REACH)).toMatchObject({ streams: false, watch: { limit: 5_000 } });
  });

  it('never asks for a sort that the server does not know', () => {
    const view: View = { ...DEFAULT_VIEW, sort: { column: 'constructor', descending: false } };
    expect(questionOf(view, REACH).watch.sort).toEqual({ column: 'attention', descending: true });
  });

  it('plays a window, and halts within it', () => {
    const play = { speed: 10, spanMs: 300_000, at: null };
    expect(questionOf({ ...FIXED, play }, REACH)).toMatchObject({
      streams: false,
      haltedAt: null,
      watch: { since: 10 * HOUR, until: 12 * HOUR, play: { at: 10 * HOUR, speed: 10, spanMs: 300_000 } },
    });
    const halted = questionOf({ ...FIXED, play: { ...play, at: 11 * HOUR } }, REACH);
    expect(halted).toMatchObject({
      haltedAt: 11 * HOUR,
      watch: { since: 11 * HOUR - 300_000, until: 11 * HOUR },
    });
    expect(halted.watch.play).toBeUndefined();
  });

  it('never asks for a window that is empty or outside', () => {
    for (const at of [0, 10 * HOUR, 12 * HOUR, 90 * HOUR]) {
      const { watch, haltedAt } = questionOf({ ...FIXED, play: { speed: 1, spanMs: 60_000, at } }, REACH);
      expect(watch.until).toBeGreaterThan(watch.since);
      expect(watch.until).toBe(haltedAt);
      expect(haltedAt).toBeGreaterThanOrEqual(10 * HOUR);
      expect(haltedAt).toBeLessThanOrEqual(12 * HOUR);
    }
  });
});

describe('isKept', () => {
  it('is what begins before all that streams', () => {
    expect(isKept({ kind: 'live', sinceMs: HOUR }, REACH)).toBe(false);
    expect(isKept({ kind: 'live', sinceMs: HOUR + 1 }, REACH)).toBe(true);
    expect(isKept({ kind: 'fixed', from: 99 * HOUR, to: 100 * HOUR }, REACH)).toBe(false);
    expect(isKept({ kind: 'fixed', from: 99 * HOUR - 1, to: 100 * HOUR }, REACH)).toBe(true);
  });
});
