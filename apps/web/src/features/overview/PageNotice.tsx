import { FilterX } from 'lucide-react';
import { ApiError } from '../../api/client.js';
import type { LongQuery } from '../../api/useLongQuery.js';
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
  if (failed.length > 0) return <Failures failed={failed} />;
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

/** Each error once, however many questions came to it. */
function Failures({ failed }: { readonly failed: readonly LongQuery<unknown>[] }) {
  const messages = new Map(failed.map(({ error }) => [error?.message ?? '', error]));
  const canHelp = failed.some(({ error }) => !(error instanceof ApiError) || error.retryable);
  const isOld = failed.every(({ data }) => data !== undefined);
  return (
    <div className={styles.notice}>
      {[...messages].map(([message, error], at) => (
        <ErrorNotice
          key={message}
          title={isOld ? `Not up to date: ${lowerFirst(titleOf(error))}` : titleOf(error)}
          actions={
            canHelp &&
            at === messages.size - 1 && (
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
          {message}
        </ErrorNotice>
      ))}
    </div>
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
