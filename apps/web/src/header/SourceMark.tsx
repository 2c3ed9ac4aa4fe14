import styles from './SourceMark.module.css';
import type { SourceMood } from './source-words.js';

const SIZE = 11;

/** A full disc, a ring, a cross, a broken ring: how a source does, without colour. */
export function SourceMark({ mood }: { readonly mood: SourceMood }) {
  return (
    <svg
      width={SIZE}
      height={SIZE}
      viewBox="0 0 11 11"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      data-mood={mood}
      className={styles.mark}
      aria-hidden="true"
    >
      {mood === 'live' && <circle cx="5.5" cy="5.5" r="3.6" fill="currentColor" stroke="none" />}
      {mood === 'trying' && <circle cx="5.5" cy="5.5" r="3.6" />}
      {mood === 'failed' && <path d="M2.2 2.2 8.8 8.8M8.8 2.2 2.2 8.8" strokeLinecap="round" />}
      {mood === 'away' && <circle cx="5.5" cy="5.5" r="3.6" strokeDasharray="2.2 1.6" />}
    </svg>
  );
}
