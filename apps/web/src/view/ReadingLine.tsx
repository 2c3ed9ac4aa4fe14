import type { LongQuery } from '../api/useLongQuery.js';
import { Button } from '../ui/Button.js';
import styles from './ReadingLine.module.css';

/** How far the reading of a long window is, over all that is asked, and its end. It takes no room of its own. */
export function ReadingLine({ queries }: { readonly queries: readonly LongQuery<unknown>[] }) {
  const slow = queries.some((query) => query.slow);
  const stopped = queries.filter((query) => query.stopped && (query.data === undefined || query.isStale));
  if (!slow && stopped.length === 0) return null;
  const done = queries.map((query) => (query.slow ? (query.progress ?? 0) : 1));
  const share = done.reduce((sum, one) => sum + one, 0) / Math.max(1, done.length);
  const isTold = queries.some((query) => query.slow && query.progress !== null) || share > 0;
  const percent = Math.floor(share * 100);
  return (
    <div className={styles.line}>
      {slow && (
        <div
          role="progressbar"
          aria-label="Reading this window"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={isTold ? percent : undefined}
          className={styles.track}
        >
          <i style={{ transform: `scaleX(${share})` }} />
        </div>
      )}
      <div className={styles.note} data-numeric>
        {slow
          ? `Reading this window, ${Math.floor(share * 100)} %`
          : 'Stopped: not all of this window was read'}
        {slow ? (
          <Button
            className={styles.button ?? ''}
            onClick={() => {
              for (const query of queries) if (query.slow) query.stop();
            }}
          >
            Stop
          </Button>
        ) : (
          <Button
            className={styles.button ?? ''}
            onClick={() => {
              for (const query of stopped) query.again();
            }}
          >
            Read again
          </Button>
        )}
      </div>
    </div>
  );
}
