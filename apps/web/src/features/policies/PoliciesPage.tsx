import { useQuietStream } from '../../live/useQuietStream.js';
import { useShortcuts } from '../../ui/useShortcuts.js';
import { FilterBar } from '../../view/FilterBar.js';
import { TimeControl } from '../../view/time/TimeControl.js';
import { BoardPane } from './BoardPane.js';
import styles from './PoliciesPage.module.css';

/** The policies of the cluster: all of them, one of them, or what a change would do. */
export function PoliciesPage() {
  useQuietStream();
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
      <BoardPane />
    </main>
  );
}
