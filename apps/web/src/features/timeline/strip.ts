import type { Span } from '../../view/compare-span.js';
import type { ViewWindow } from '../../view/view-url.js';
import { barStep, onBars } from './timeline-scale.js';

/** What the strip shows: a stretch that ends now and moves along, or one that stands still. */
export type Strip =
  | { readonly kind: 'now'; readonly lengthMs: number }
  | { readonly kind: 'fixed'; readonly from: number; readonly to: number };

export interface StripLimits {
  readonly now: number;
  readonly bucketMs: number;
  /** How far back rows stream, and how far back anything is kept, ms. */
  readonly horizonMs: number;
  readonly retentionMs: number;
}

/** What a strip is at a moment: whole bars. */
export interface StripSpan extends Span {
  readonly stepMs: number;
}

/** How many windows wide the strip is, and how many buckets it has at least. */
const CONTEXT = 3;
const LEAST_BUCKETS = 20;

/** The strip for a window: what is held in memory while the window lies in it, else the window with what is around it. */
export function stripFor(window: ViewWindow, shown: Span, limits: StripLimits): Strip {
  const { now, bucketMs, horizonMs } = limits;
  if (shown.from >= now - horizonMs - 2 * bucketMs) return { kind: 'now', lengthMs: horizonMs };
  const length = shown.to - shown.from;
  if (window.kind === 'live') return bounded({ from: now - CONTEXT * length, to: now }, limits);
  const around = (Math.max(CONTEXT * length, 60 * bucketMs) - length) / 2;
  return bounded({ from: shown.from - around, to: shown.to + around }, limits);
}

/** The strip that shows a stretch, as far as anything is kept. */
export function bounded({ from, to }: Span, limits: StripLimits): Strip {
  const { now, bucketMs, retentionMs } = limits;
  const lengthMs = Math.min(Math.max(to - from, LEAST_BUCKETS * bucketMs), retentionMs);
  const end = Math.max(Math.min(to, now), now - retentionMs + lengthMs);
  // Nearer to now than a bar, it may as well follow.
  if (end >= now - barStep(lengthMs, bucketMs)) return { kind: 'now', lengthMs };
  return { kind: 'fixed', from: Math.round(end - lengthMs), to: Math.round(end) };
}

/** Where a strip is at a moment. */
export function spanOf(strip: Strip, { now, bucketMs }: Pick<StripLimits, 'now' | 'bucketMs'>): StripSpan {
  if (strip.kind === 'now') {
    const stepMs = barStep(strip.lengthMs, bucketMs);
    const to = Math.floor(now / stepMs) * stepMs + stepMs;
    return { from: to - Math.ceil(strip.lengthMs / stepMs) * stepMs, to, stepMs };
  }
  const stepMs = barStep(strip.to - strip.from, bucketMs);
  return { ...onBars(strip, stepMs), stepMs };
}

/** Twice as much or half of the strip, about a share of it that stays in its place. */
export function zoomedStrip(span: Span, factor: number, share: number, limits: StripLimits): Strip {
  const at = span.from + share * (span.to - span.from);
  const least = LEAST_BUCKETS * limits.bucketMs;
  const length = Math.min(Math.max((span.to - span.from) * factor, least), limits.retentionMs);
  return bounded({ from: at - share * length, to: at + (1 - share) * length }, limits);
}

/** The strip a share of its length earlier or later. */
export function pannedStrip(span: Span, share: number, limits: StripLimits): Strip {
  const by = share * (span.to - span.from);
  return bounded({ from: span.from + by, to: span.to + by }, limits);
}

/** A strip that was kept, and for which window. */
export interface HeldStrip {
  readonly strip: Strip;
  /** See `ofWindow`. */
  readonly of: string;
  /** Whether the reader moved it to where it is; then it may show another stretch than the window. */
  readonly moved: boolean;
}

/** What a strip is kept for, as text: the window, as long as the server keeps flows for as long. */
export function ofWindow(window: ViewWindow, { horizonMs, retentionMs }: StripLimits): string {
  return JSON.stringify([window, horizonMs, retentionMs]);
}

/** Less of the strip than this is too little of a window to take hold of, and more leaves nothing around it. */
const FITS = { least: 0.15, most: 0.8 };

/** The strip to show: the one that is held while it is of this window or still fits another, else one of its own. */
export function steadyStrip(
  held: HeldStrip | null,
  window: ViewWindow,
  shown: Span,
  limits: StripLimits,
): HeldStrip {
  const of = ofWindow(window, limits);
  if (held?.of === of && (held.moved || !isLeft(held.strip, window, shown, limits))) return held;
  const own = stripFor(window, shown, limits);
  const streams = own.kind === 'now' && own.lengthMs === limits.horizonMs;
  if (held === null || streams || !fits(held.strip, shown, limits)) return { strip: own, of, moved: false };
  return { strip: held.strip, of, moved: false };
}

/** Whether time has carried a past window out of a strip that follows it, and another strip would show it. */
function isLeft(strip: Strip, window: ViewWindow, shown: Span, limits: StripLimits): boolean {
  if (strip.kind !== 'now' || window.kind !== 'fixed') return false;
  if (shown.from >= spanOf(strip, limits).from - limits.bucketMs) return false;
  // Else each look at the clock would make another strip of it.
  return spanOf(stripFor(window, shown, limits), limits).from <= shown.from;
}

function fits(strip: Strip, shown: Span, limits: StripLimits): boolean {
  const span = spanOf(strip, limits);
  const share = (shown.to - shown.from) / (span.to - span.from);
  return shown.from >= span.from && shown.to <= span.to && share >= FITS.least && share <= FITS.most;
}

/** Whether a window that was chosen on the strip is wide enough there to be seen and changed. */
export function isSeen(shown: Span, span: StripSpan): boolean {
  return shown.to - shown.from >= 4 * span.stepMs;
}
