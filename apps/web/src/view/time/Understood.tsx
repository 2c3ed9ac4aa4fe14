import { CornerDownLeft } from 'lucide-react';
import type { When } from './parse-when.js';
import styles from './Understood.module.css';
import type { Here } from './when-resolve.js';
import { utcWords, windowWords } from './when-words.js';
import { stretchOf } from './window-moves.js';

export interface UnderstoodProps {
  readonly id: string;
  readonly read: When | null;
  /** What is not kept of it. */
  readonly warning: string | null;
  readonly here: Here;
  /** Types another text. */
  readonly onInstead: (text: string) => void;
}

const EXAMPLES = ['last 3 hours', 'mon 9:00 – 9:30', '14:05', '2h ago'];

/** Under the text being typed: what it means, here and in UTC, or what is wrong with it. */
export function Understood({ id, read, warning, here, onInstead }: UnderstoodProps) {
  return (
    <div id={id} role="status" className={styles.understood}>
      {read === null && (
        <p className={styles.examples}>
          {EXAMPLES.map((text) => (
            <button key={text} type="button" className={styles.example} onClick={() => onInstead(text)}>
              {text}
            </button>
          ))}
        </p>
      )}
      {read?.kind === 'error' && (
        <p className={styles.error}>
          {read.message}
          {read.instead !== null && (
            <>
              {' '}
              <button type="button" className={styles.instead} onClick={() => onInstead(read.instead ?? '')}>
                {read.instead}
              </button>
              ?
            </>
          )}
        </p>
      )}
      {read?.kind === 'window' && (
        <>
          <p className={styles.window}>
            <b>{windowWords(read.window, here)}</b>
            <span className={styles.enter}>
              <CornerDownLeft size={12} aria-hidden="true" /> Enter
            </span>
          </p>
          <p className={styles.utc}>
            {[warning, ...read.notes].filter((note) => note !== null).join(' ') || utcOf(read, here)}
          </p>
        </>
      )}
    </div>
  );
}

function utcOf({ window }: When & { readonly kind: 'window' }, { now }: Here): string {
  const { from, to } = stretchOf(window, now);
  return utcWords(from, to);
}
