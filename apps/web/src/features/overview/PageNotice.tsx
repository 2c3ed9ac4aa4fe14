import { FilterX } from 'lucide-react';
import { ApiError } from '../../api/client.js';
import { Button } from '../../ui/Button.js';
import { ErrorNotice } from '../../ui/ErrorNotice.js';
import { effectiveFilter, useView } from '../../view/useView.js';
import styles from './PageNotice.module.css';
import { titleOf } from './Problem.js';
import type { Overview } from './useOverview.js';

/** What is to be said of the page as a whole: nothing came of a new reading, or nothing matches. */
export function PageNotice({ overview }: { readonly overview: Overview }) {
  const [view, setView] = useView();
  const failed = overview.every.filter(({ error, stopped }) => error !== null && !stopped);
  const [first] = failed;
  if (first?.error && overview.every.some(({ data }) => data !== undefined)) {
    const retryable = !(first.error instanceof ApiError) || first.error.retryable;
    return (
      <div className={styles.notice}>
        <ErrorNotice
          title={`Not up to date: ${lowerFirst(titleOf(first.error))}`}
          actions={
            retryable && (
              <Button
                onClick={() => {
                  for (const query of failed) query.again();
                }}
              >
                Try again
              </Button>
            )
          }
        >
          {first.error.message}
        </ErrorNotice>
      </div>
    );
  }
  const all = overview.talkers.data;
  if (all === undefined || all.sum.flows > 0 || effectiveFilter(view) === '') return null;
  return (
    <p className={styles.nothing} role="status">
      No flow of this window matches the filter.
      <Button onClick={() => setView({ filter: '', disabled: [] })}>
        <FilterX size={14} aria-hidden="true" />
        Clear the filter
      </Button>
    </p>
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
