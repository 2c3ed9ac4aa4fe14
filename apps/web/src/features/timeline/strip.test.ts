import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stretchOf } from '../../view/time/window-moves.js';
import type { ViewWindow } from '../../view/view-url.js';
import { bounded, isSeen, pannedStrip, spanOf, steadyStrip, stripFor, zoomedStrip } from './strip.js';

const HOUR = 3_600_000;
const now = 10_000 * HOUR + 60_000;
const limits = { now, bucketMs: 15_000, horizonMs: HOUR, retentionMs: 168 * HOUR };
const live = (sinceMs: number): ViewWindow => ({ kind: 'live', sinceMs });
const fixed = (from: number, to: number): ViewWindow => ({ kind: 'fixed', from, to });
const own = (window: ViewWindow) => stripFor(window, stretchOf(window, now), limits);
const steady = (held: Parameters<typeof steadyStrip>[0], window: ViewWindow) =>
  steadyStrip(held, window, stretchOf(window, now), limits);

describe('the strip of a window', () => {
  it('is the last hour for all that lies in it', () => {
    const ring = { kind: 'now', lengthMs: HOUR };
    expect(own(live(HOUR / 4))).toEqual(ring);
    expect(own(live(HOUR))).toEqual(ring);
    expect(own(fixed(now - HOUR / 2, now - HOUR / 4))).toEqual(ring);
  });

  it('is three times a longer window, up to now where that is live', () => {
    expect(own(live(24 * HOUR))).toEqual({ kind: 'now', lengthMs: 72 * HOUR });
    expect(own(fixed(now - 50 * HOUR, now - 48 * HOUR))).toEqual({
      kind: 'fixed',
      from: now - 52 * HOUR,
      to: now - 46 * HOUR,
    });
    expect(own(fixed(now - 50 * HOUR, now - 50 * HOUR + 60_000))).toMatchObject({ kind: 'fixed' });
  });

  it('is no longer than anything is kept, and does not end in the future', () => {
    expect(own(live(168 * HOUR))).toEqual({ kind: 'now', lengthMs: 168 * HOUR });
    expect(own(fixed(now - 4 * HOUR, now - HOUR / 2))).toEqual({ kind: 'now', lengthMs: 10.5 * HOUR });
    expect(own(fixed(now - 168 * HOUR, now - 167 * HOUR))).toEqual({
      kind: 'fixed',
      from: now - 168 * HOUR,
      to: now - 165 * HOUR,
    });
  });

  it('has whole bars, the last of which now is in', () => {
    expect(spanOf({ kind: 'now', lengthMs: HOUR }, limits)).toEqual({
      from: now - HOUR + 30_000,
      to: now + 30_000,
      stepMs: 30_000,
    });
    const span = spanOf({ kind: 'fixed', from: now - 52 * HOUR, to: now - 46 * HOUR }, limits);
    expect(span.stepMs).toBe(5 * 60_000);
    expect(span.from % span.stepMs).toBe(0);
    expect(span.to).toBe(now - 60_000 + 5 * 60_000 - 46 * HOUR);
  });
});

describe('a strip that is kept', () => {
  it('stays while its window stays, and while another fits it', () => {
    const first = steady(null, fixed(now - 50 * HOUR, now - 48 * HOUR));
    expect(steady(first, fixed(now - 50 * HOUR, now - 48 * HOUR))).toBe(first);
    expect(steady(first, fixed(now - 48 * HOUR, now - 46 * HOUR)).strip).toBe(first.strip);
    expect(steady(first, fixed(now - 46 * HOUR, now - 44 * HOUR)).strip).not.toEqual(first.strip);
    expect(steady(first, fixed(now - 50 * HOUR, now - 49.9 * HOUR)).strip).not.toEqual(first.strip);
  });

  it('lets go of a window that time carries out of it, but not of one the reader moved away from', () => {
    const window = fixed(now - HOUR / 2, now - HOUR / 4);
    const held = steady(null, window);
    expect(held.strip).toEqual({ kind: 'now', lengthMs: HOUR });
    const later = { ...limits, now: now + HOUR };
    expect(steadyStrip(held, window, stretchOf(window, now), later).strip).toEqual({
      kind: 'fixed',
      from: now - 0.75 * HOUR,
      to: now,
    });
    expect(steadyStrip({ ...held, moved: true }, window, stretchOf(window, now), later)).toMatchObject({
      strip: held.strip,
    });
  });

  it('is the same at the next look at the clock, whatever the window', () => {
    const windows = fc.oneof(
      fc.integer({ min: 1, max: 400 * HOUR }).map(live),
      fc
        .tuple(fc.integer({ min: 0, max: 400 * HOUR }), fc.integer({ min: 1, max: 200 * HOUR }))
        .map(([ago, length]) => fixed(now - ago - length, now - ago)),
    );
    fc.assert(
      fc.property(windows, windows, fc.integer({ min: 0, max: 2 * HOUR }), (before, window, wait) => {
        const at = (ms: number) => ({ ...limits, now: now + ms });
        const look = (held: Parameters<typeof steadyStrip>[0], of: ViewWindow, ms: number) =>
          steadyStrip(held, of, stretchOf(of, now + ms), at(ms));
        const first = look(look(null, before, 0), window, wait);
        expect(look(first, window, wait + 0.3)).toBe(first);
      }),
    );
  });

  it('gives way to the last hour', () => {
    const long = steady(null, live(6 * HOUR));
    expect(steady(long, live(HOUR)).strip).toEqual({ kind: 'now', lengthMs: HOUR });
  });

  it('is too long for a window of less than four bars', () => {
    const span = spanOf({ kind: 'now', lengthMs: HOUR }, limits);
    expect(isSeen({ from: now - 120_000, to: now }, span)).toBe(true);
    expect(isSeen({ from: now - 90_000, to: now }, span)).toBe(false);
  });
});

describe('zoom and pan', () => {
  const strip = bounded({ from: now - 52 * HOUR, to: now - 46 * HOUR }, limits);
  const span = { from: now - 52 * HOUR, to: now - 46 * HOUR };

  it('leave what is under the pointer in its place', () => {
    expect(zoomedStrip(span, 0.5, 0.25, limits)).toEqual({
      kind: 'fixed',
      from: now - 51.25 * HOUR,
      to: now - 48.25 * HOUR,
    });
    expect(pannedStrip(span, 0.5, limits)).toEqual({
      kind: 'fixed',
      from: now - 49 * HOUR,
      to: now - 43 * HOUR,
    });
    expect(strip).toEqual({ kind: 'fixed', ...span });
  });

  it('end at now, at what is kept, and before bars are shorter than a bucket', () => {
    expect(pannedStrip(span, 100, limits)).toEqual({ kind: 'now', lengthMs: 6 * HOUR });
    expect(pannedStrip(span, -100, limits)).toEqual({
      kind: 'fixed',
      from: now - 168 * HOUR,
      to: now - 162 * HOUR,
    });
    expect(zoomedStrip(span, 1_000, 0.5, limits)).toEqual({ kind: 'now', lengthMs: 168 * HOUR });
    expect(zoomedStrip(span, 0.000_1, 0.5, limits)).toMatchObject({
      from: now - 49 * HOUR - 150_000,
      to: now - 49 * HOUR + 150_000,
    });
  });

  it('give a strip within what is kept, whatever is done', () => {
    const move = fc.oneof(
      fc.record({
        factor: fc.double({ min: 0.01, max: 100, noNaN: true }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ pan: fc.double({ min: -3, max: 3, noNaN: true }) }),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 10 }), (moves) => {
        let at = strip;
        for (const step of moves) {
          const before = spanOf(at, limits);
          at =
            'pan' in step
              ? pannedStrip(before, step.pan, limits)
              : zoomedStrip(before, step.factor, step.share, limits);
          const { from, to, stepMs } = spanOf(at, limits);
          expect(to - from).toBeGreaterThanOrEqual(20 * limits.bucketMs);
          expect(from).toBeGreaterThanOrEqual(now - limits.retentionMs - 2 * stepMs);
          expect(to).toBeLessThanOrEqual(now + 2 * stepMs);
        }
      }),
    );
  });
});
