import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import type { Span } from '../../view/compare-span.js';
import type { Here } from '../../view/time/when-resolve.js';
import { stretchWords } from '../../view/time/when-words.js';
import styles from './Brush.module.css';
import { pannedStrip, type Strip, type StripLimits, type StripSpan, zoomedStrip } from './strip.js';
import { grainOf, shareOf } from './timeline-scale.js';
import { type Grip, movedWithin, useStripGestures } from './useStripGestures.js';

export interface BrushProps {
  readonly span: StripSpan;
  /** What the table shows. */
  readonly shown: Span;
  /** Whether that stands still, and so has edges to take hold of. */
  readonly fixed: boolean;
  readonly here: Here;
  readonly limits: StripLimits;
  readonly onWindow: (span: Span, how: 'push' | 'replace') => void;
  /** Null for the strip that fits the window. */
  readonly onStrip: (strip: Strip | null) => void;
  /** The share of the strip under the pointer; null when it left. */
  readonly onPoint: (share: number | null) => void;
}

/** A window that fills nearly all of the strip leaves no room beside it to choose another: there, dragging chooses. */
const FILLS = 0.85;

/** Lies over the strip: drag to choose a stretch, drag it or its edges to change it; all of it by keys, too. */
export function Brush({ span, shown, fixed, here, limits, onWindow, onStrip, onPoint }: BrushProps) {
  const area = useRef<HTMLDivElement>(null);
  const grainMs = grainOf(span.stepMs, limits.bucketMs);
  const gestures = useStripGestures({
    area,
    span,
    shown,
    fixed,
    grainMs,
    limits,
    onWindow: (chosen) => onWindow(chosen, 'push'),
    onStrip,
    onPoint,
  });
  const { draft, onPointerDown } = gestures;
  const current = draft ?? shown;
  const left = shareOf(current.from, span);
  const right = shareOf(current.to, span);
  const inView = right > left;
  const grabs = fixed && right - left < FILLS;

  const nudge = (event: KeyboardEvent, edge: 'from' | 'to') => {
    const unit = event.shiftKey ? limits.bucketMs : span.stepMs;
    const by = event.key === 'ArrowLeft' ? -unit : event.key === 'ArrowRight' ? unit : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = { ...shown, [edge]: Math.min(shown[edge] + by, Math.round(limits.now)) };
    if (next.from < next.to && next.from >= limits.now - limits.retentionMs) onWindow(next, 'replace');
  };
  const steer = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !steered(event)) return;
    event.preventDefault();
  };
  const steered = ({ key, shiftKey }: KeyboardEvent): boolean => {
    const middle = shareOf((shown.from + shown.to) / 2, span);
    const length = shown.to - shown.from;
    if (key === 'ArrowUp') onStrip(zoomedStrip(span, 0.5, middle, limits));
    else if (key === 'ArrowDown') onStrip(zoomedStrip(span, 2, middle, limits));
    else if (key === 'PageUp') onStrip(pannedStrip(span, -0.5, limits));
    else if (key === 'PageDown') onStrip(pannedStrip(span, 0.5, limits));
    else if (key === 'Home') onStrip(null);
    else if (key === 'ArrowLeft' || key === 'ArrowRight') {
      const by = (shiftKey ? length : span.stepMs) * (key === 'ArrowLeft' ? -1 : 1);
      const next = movedWithin(shown, by, limits);
      if (next.from !== shown.from) onWindow(next, 'replace');
    } else return false;
    return true;
  };
  const grip = (name: Grip) => (event: PointerEvent) => onPointerDown(event, name);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the window on it takes keys that do the same
    <div
      ref={area}
      className={styles.area}
      onPointerDown={grip('strip')}
      onPointerMove={gestures.onPointerMove}
      onPointerUp={gestures.onPointerUp}
      onPointerCancel={gestures.onPointerCancel}
      onPointerLeave={() => onPoint(null)}
      onDoubleClick={() => onStrip(null)}
    >
      <div
        role="slider"
        tabIndex={0}
        aria-label="Window on the timeline"
        aria-valuemin={span.from}
        aria-valuemax={span.to}
        aria-valuenow={Math.round(current.from)}
        aria-valuetext={stretchWords(current.from, current.to, here)}
        data-fixed={fixed || draft !== null || undefined}
        data-grabs={grabs || undefined}
        data-dragged={draft !== null || undefined}
        data-away={!inView || undefined}
        className={styles.window}
        style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }}
        onPointerDown={grabs ? grip('window') : undefined}
        onKeyDown={steer}
      />
      {fixed &&
        (['from', 'to'] as const).map(
          (edge) =>
            current[edge] >= span.from &&
            current[edge] <= span.to && (
              <div
                key={edge}
                data-edge={edge}
                role="slider"
                tabIndex={0}
                aria-label={edge === 'from' ? 'Start of the window' : 'End of the window'}
                aria-valuemin={span.from}
                aria-valuemax={span.to}
                aria-valuenow={current[edge]}
                aria-valuetext={stretchWords(current[edge], current[edge] + 1, here).replace(/ – .*$/, '')}
                className={styles.edge}
                style={{ left: `${(edge === 'from' ? left : right) * 100}%` }}
                onPointerDown={grip(edge)}
                onKeyDown={(event) => nudge(event, edge)}
              />
            ),
        )}
    </div>
  );
}
