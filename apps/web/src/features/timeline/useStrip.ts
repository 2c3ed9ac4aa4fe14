import { useState } from 'react';
import type { Span } from '../../view/compare-span.js';
import type { ViewWindow } from '../../view/view-url.js';
import { type HeldStrip, ofWindow, type Strip, type StripLimits, steadyStrip } from './strip.js';

export interface StripControl {
  readonly strip: Strip;
  /** Shows another stretch on the strip while the window stays; null for the one that fits the window. */
  readonly setStrip: (strip: Strip | null) => void;
  /** Keeps the strip as it is when this window is shown next. */
  readonly keepFor: (window: ViewWindow) => void;
}

/** What the strip shows: it moves only when the window leaves it, or when the reader moves it. */
export function useStrip(window: ViewWindow, shown: Span, limits: StripLimits): StripControl {
  const [held, setHeld] = useState<HeldStrip | null>(null);
  const steady = steadyStrip(held, window, shown, limits);
  if (steady !== held) setHeld(steady);
  return {
    strip: steady.strip,
    setStrip: (strip) =>
      setHeld(strip === null ? null : { strip, of: ofWindow(window, limits), moved: true }),
    keepFor: (next) => setHeld({ strip: steady.strip, of: ofWindow(next, limits), moved: true }),
  };
}
