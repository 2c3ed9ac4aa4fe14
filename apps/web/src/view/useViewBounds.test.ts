import { describe, expect, it } from 'vitest';
import { refreshOf } from './useViewBounds.js';

const HOUR = 3_600_000;
const now = 100 * HOUR;
const status = { pausedAt: null, horizonMs: HOUR };

describe('how often counts are read again', () => {
  it('is seldom where they come from disk, and never where nothing can change', () => {
    expect(refreshOf({ kind: 'live', sinceMs: HOUR }, status, now)).toBe(5_000);
    expect(refreshOf({ kind: 'live', sinceMs: 24 * HOUR }, status, now)).toBe(15_000);
    expect(refreshOf({ kind: 'live', sinceMs: HOUR }, { ...status, pausedAt: now }, now)).toBe(false);
    expect(refreshOf({ kind: 'fixed', from: now - HOUR / 2, to: now }, status, now)).toBe(5_000);
    expect(refreshOf({ kind: 'fixed', from: now - 5 * HOUR, to: now }, status, now)).toBe(15_000);
    expect(refreshOf({ kind: 'fixed', from: now - 5 * HOUR, to: now - 2 * HOUR }, status, now)).toBe(false);
  });
});
