import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { formatTimeSeconds } from '../../ui/format.js';
import styles from './Brush.module.css';
import { type Span, shareOf, timeAt } from './timeline-scale.js';

export interface BrushProps {
  readonly span: Span;
  /** What the table shows. */
  readonly shown: Span;
  /** Whether that stands still, and so has edges to take hold of. */
  readonly fixed: boolean;
  readonly bucketMs: number;
  readonly onChange: (span: Span, how: 'push' | 'replace') => void;
  /** The share of the strip under the pointer; null when it left. */
  readonly onPoint: (share: number | null) => void;
}

type Edge = 'from' | 'to';

/** px the pointer must move before a press becomes a drag. */
const SLACK = 4;

/** Lies over the strip: drag to choose a stretch, drag or arrow its edges to change it. */
export function Brush({ span, shown, fixed, bucketMs, onChange, onPoint }: BrushProps) {
  const area = useRef<HTMLDivElement>(null);
  const press = useRef<{ readonly x: number; readonly anchor: number } | null>(null);
  const [draft, setDraft] = useState<Span | null>(null);
  const current = draft ?? shown;
  const left = shareOf(current.from, span);
  const right = shareOf(current.to, span);

  const shareAt = (event: PointerEvent): number => {
    const box = area.current?.getBoundingClientRect();
    return box === undefined || box.width === 0 ? 0 : (event.clientX - box.left) / box.width;
  };

  const begin = (event: PointerEvent, anchor: number) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    area.current?.setPointerCapture(event.pointerId);
    press.current = { x: event.clientX, anchor };
  };

  const move = (event: PointerEvent) => {
    const share = shareAt(event);
    onPoint(share >= 0 && share < 1 ? share : null);
    const start = press.current;
    if (start === null || (draft === null && Math.abs(event.clientX - start.x) < SLACK)) return;
    const at = timeAt(share, span, bucketMs);
    setDraft({ from: Math.min(start.anchor, at), to: Math.max(start.anchor, at) });
  };

  const end = () => {
    press.current = null;
    setDraft(null);
    if (draft !== null && draft.to > draft.from) onChange(draft, 'push');
  };

  const nudge = (event: KeyboardEvent, edge: Edge) => {
    const by = event.key === 'ArrowLeft' ? -bucketMs : event.key === 'ArrowRight' ? bucketMs : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = { ...shown, [edge]: shown[edge] + by };
    if (next.from < next.to && next.from >= span.from && next.to <= span.to) onChange(next, 'replace');
  };

  return (
    <div
      ref={area}
      className={styles.area}
      onPointerDown={(event) => begin(event, timeAt(shareAt(event), span, bucketMs))}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={() => {
        press.current = null;
        setDraft(null);
      }}
      onPointerLeave={() => onPoint(null)}
    >
      <div
        data-fixed={fixed || draft !== null || undefined}
        className={styles.window}
        style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }}
      />
      {fixed &&
        (['from', 'to'] as const).map((edge) => (
          <div
            key={edge}
            role="slider"
            tabIndex={0}
            aria-label={edge === 'from' ? 'Start of the window' : 'End of the window'}
            aria-valuemin={span.from}
            aria-valuemax={span.to}
            aria-valuenow={current[edge]}
            aria-valuetext={formatTimeSeconds(current[edge])}
            className={styles.edge}
            style={{ left: `${(edge === 'from' ? left : right) * 100}%` }}
            onPointerDown={(event) => begin(event, edge === 'from' ? shown.to : shown.from)}
            onKeyDown={(event) => nudge(event, edge)}
          />
        ))}
    </div>
  );
}
