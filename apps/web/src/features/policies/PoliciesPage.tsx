import { useQuietStream } from '../../live/useQuietStream.js';
import { useShortcuts } from '../../ui/useShortcuts.js';
import { FilterBar } from '../../view/FilterBar.js';
import { policyFromKey } from '../../view/policy/policy-name.js';
import { TimeControl } from '../../view/time/TimeControl.js';
import { useView } from '../../view/useView.js';
import { BoardPane } from './BoardPane.js';
import styles from './PoliciesPage.module.css';
import { PolicyPane } from './policy/PolicyPane.js';

/** The policies of the cluster: all of them, one of them, or what a change would do. */
export function PoliciesPage() {
  useQuietStream();
  const [view] = useView();
  const name = policyFromKey(view.policy);
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
      {name === null ? <BoardPane /> : <PolicyPane key={view.policy} name={name} />}
    </main>
  );
}
