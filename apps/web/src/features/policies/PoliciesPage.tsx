import { lazy, Suspense } from 'react';
import { useQuietStream } from '../../live/useQuietStream.js';
import { useShortcuts } from '../../ui/useShortcuts.js';
import { FilterBar } from '../../view/FilterBar.js';
import { policyFromKey } from '../../view/policy/policy-name.js';
import { TimeControl } from '../../view/time/TimeControl.js';
import { useView } from '../../view/useView.js';
import { BoardPane } from './BoardPane.js';
import styles from './PoliciesPage.module.css';
import { PolicyPane } from './policy/PolicyPane.js';

// The editor is far larger than all else here, and most look without editing.
const TrialPane = lazy(async () => {
  const { TrialPane: component } = await import('./editor/TrialPane.js');
  return { default: component };
});

/** The policies of the cluster: all of them, one of them, or what a change would do. */
export function PoliciesPage() {
  useQuietStream();
  const [view] = useView();
  const name = policyFromKey(view.policy);
  // Without a policy there is nothing to try but a new one.
  const trial = view.trial === 'new' || name !== null ? view.trial : null;
  useShortcuts([['/', () => document.querySelector<HTMLElement>('[data-filter-input]')?.focus()]]);
  return (
    <main className={styles.page}>
      <h1 className="visually-hidden">Policies</h1>
      <section className={styles.filter} aria-label="Filter and time">
        <FilterBar />
        <div className={styles.time}>
          <TimeControl />
        </div>
      </section>
      {trial !== null ? (
        <Suspense fallback={<div aria-busy="true" />}>
          <TrialPane name={name} trial={trial} />
        </Suspense>
      ) : name === null ? (
        <BoardPane />
      ) : (
        <PolicyPane key={view.policy} name={name} />
      )}
    </main>
  );
}
