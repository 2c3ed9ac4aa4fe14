import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { Span } from '../../view/compare-span.js';
import type { StripLimits } from './strip.js';
import { bounded, pannedStrip, type Strip, zoomedStrip } from './strip.js';
import { timeAt } from './timeline-scale.js';

export interface StripGesturesOptions {
  readonly area: RefObject<HTMLDivElement | null>;
  readonly span: Span;
  readonly shown: Span;
  /** Whether the window stands still, and so can be taken hold of. */
  readonly fixed: boolean;
  /** ms to which what is chosen is rounded. */
  readonly grainMs: number;
  readonly limits: StripLimits;
  readonly onWindow: (span: Span) => void;
  readonly onStrip: (strip: Strip) => void;
  /** The share of the strip under the pointer; null when it left. */
  readonly onPoint: (share: number | null) => void;
}

export type Grip = 'from' | 'to' | 'window' | 'strip';

type Press =
  | { readonly kind: 'choose'; readonly x: number; readonly anchor: number }
  | { readonly kind: 'move'; readonly x: number; readonly shown: Span }
  | { readonly kind: 'pan'; readonly x: number; readonly span: Span };

interface Pinch {
  readonly span: Span;
  readonly apart: number;
  readonly share: number;
}

export interface StripGestures {
  /** The window while it is being dragged. */
  readonly draft: Span | null;
  readonly onPointerDown: (event: PointerEvent, grip: Grip) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: (event: PointerEvent) => void;
}

/** px the pointer must move before a press becomes a drag. */
const SLACK = 4;
/** How much a px of the wheel zooms. */
const WHEEL = 0.0022;
/** px of one line of a wheel that counts in lines. */
const LINE = 16;

/** What a pointer does to the strip: choose, move the window or an edge of it, pan with shift, pinch; the wheel zooms. */
export function useStripGestures(options: StripGesturesOptions): StripGestures {
  const { area, span, shown, fixed, grainMs, limits, onWindow, onStrip, onPoint } = options;
  const press = useRef<Press | null>(null);
  const fingers = useRef(new Map<number, number>());
  const pinch = useRef<Pinch | null>(null);
  const [draft, setDraft] = useState<Span | null>(null);
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });

  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { span, limits, onStrip } = latest.current;
      const box = element.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
      const across = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (Math.abs(across) > Math.abs(event.deltaY) || event.shiftKey) {
        onStrip(pannedStrip(span, (across * unit) / box.width, limits));
      } else {
        // A pinch on a touch pad comes as a wheel with ctrl, in small steps.
        const pull = event.deltaY * unit * (event.ctrlKey ? 5 : 1);
        onStrip(zoomedStrip(span, Math.exp(pull * WHEEL), share, limits));
      }
    };
    // React listens to wheels passively, where the page cannot keep the browser from zooming itself.
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [area]);

  const shareAt = (x: number): number => {
    const box = area.current?.getBoundingClientRect();
    return box === undefined || box.width === 0 ? 0 : (x - box.left) / box.width;
  };

  const onPointerDown = (event: PointerEvent, grip: Grip) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    area.current?.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, event.clientX);
    if (fingers.current.size === 2) {
      const [one = 0, other = 0] = fingers.current.values();
      pinch.current = { span, apart: Math.max(20, Math.abs(one - other)), share: shareAt((one + other) / 2) };
      press.current = null;
      setDraft(null);
      return;
    }
    const x = event.clientX;
    if (event.shiftKey) press.current = { kind: 'pan', x, span };
    else if (grip === 'from' || grip === 'to') {
      press.current = { kind: 'choose', x, anchor: grip === 'from' ? shown.to : shown.from };
    } else if (grip === 'window' && fixed) press.current = { kind: 'move', x, shown };
    else press.current = { kind: 'choose', x, anchor: timeAt(shareAt(x), span, grainMs) };
  };

  const onPointerMove = (event: PointerEvent) => {
    const share = shareAt(event.clientX);
    onPoint(share >= 0 && share < 1 ? share : null);
    if (fingers.current.has(event.pointerId)) fingers.current.set(event.pointerId, event.clientX);
    if (pinch.current !== null) {
      const [one = 0, other = 0] = fingers.current.values();
      const apart = Math.max(20, Math.abs(one - other));
      const { span: before, share: about } = pinch.current;
      onStrip(zoomedStrip(before, pinch.current.apart / apart, about, limits));
      return;
    }
    const start = press.current;
    if (start === null || (draft === null && Math.abs(event.clientX - start.x) < SLACK)) return;
    const by =
      ((start.x - event.clientX) / Math.max(1, area.current?.clientWidth ?? 1)) * (span.to - span.from);
    if (start.kind === 'pan') {
      onStrip(bounded({ from: start.span.from + by, to: start.span.to + by }, limits));
    } else if (start.kind === 'move') {
      setDraft(movedWithin(start.shown, Math.round(-by / grainMs) * grainMs, limits));
    } else {
      const at = Math.min(timeAt(share, span, grainMs), limits.now);
      setDraft({ from: Math.min(start.anchor, at), to: Math.max(start.anchor, at) });
    }
  };

  const release = (event: PointerEvent, keep: boolean) => {
    fingers.current.delete(event.pointerId);
    press.current = null;
    if (fingers.current.size === 0) pinch.current = null;
    setDraft(null);
    if (keep && draft !== null && draft.to > draft.from) onWindow(draft);
  };

  return {
    draft,
    onPointerDown,
    onPointerMove,
    onPointerUp: (event) => release(event, true),
    onPointerCancel: (event) => release(event, false),
  };
}

/** A window moved by some ms, neither beyond now nor before what is kept; its length stays. */
export function movedWithin(shown: Span, by: number, { now, retentionMs }: StripLimits): Span {
  const most = now - shown.to;
  const least = Math.min(0, now - retentionMs - shown.from);
  const bounded = Math.round(Math.max(least, Math.min(most, by)));
  return { from: shown.from + bounded, to: shown.to + bounded };
}
