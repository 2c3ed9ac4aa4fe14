import type { Span } from '../../view/compare-span.js';
import styles from './StripMarks.module.css';
import { shareOf } from './timeline-scale.js';

export interface StripMarksProps {
  readonly span: Span;
  readonly gaps: readonly Span[];
  /** Since when anything is kept, and when that was, in words; null where the strip begins later. */
  readonly begins: { readonly at: number; readonly words: string } | null;
  /** Where the strip ends in the future. */
  readonly now: number;
  /** What the window is compared with. */
  readonly base: Span | null;
  /** The end of what is on screen while a window is played back. */
  readonly playhead: number | null;
  /** px */
  readonly width: number;
}

/** px that the words about the beginning need. */
const WORDS = 190;

/** What is to be known of the strip besides its bars: where history begins, gaps, now, the playhead. */
export function StripMarks({ span, gaps, begins, now, base, playhead, width }: StripMarksProps) {
  const place = ({ from, to }: Span) => {
    const left = shareOf(from, span);
    return { left: `${left * 100}%`, width: `${(shareOf(to, span) - left) * 100}%` };
  };
  const before = begins === null ? 0 : shareOf(begins.at, span);
  return (
    <div className={styles.marks}>
      {begins !== null && before > 0 && (
        <div className={styles.before} style={{ width: `${before * 100}%` }}>
          {before * width > WORDS && <span>Nothing before {begins.words}</span>}
        </div>
      )}
      {gaps.map((gap) => (
        <div key={gap.from} className={styles.gap} style={place(gap)} />
      ))}
      {base !== null && base.to > span.from && base.from < span.to && (
        <div className={styles.base} style={place(base)} />
      )}
      {now >= span.from && now <= span.to && (
        <div className={styles.now} style={{ left: `${shareOf(now, span) * 100}%` }} />
      )}
      {playhead !== null && playhead >= span.from && playhead <= span.to && (
        <div className={styles.playhead} style={{ left: `${shareOf(playhead, span) * 100}%` }} />
      )}
    </div>
  );
}
