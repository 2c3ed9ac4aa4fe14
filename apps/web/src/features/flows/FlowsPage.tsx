import { Filter } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useLiveFlows, useLiveStore } from '../../live/useLiveFlows.js';
import { Button } from '../../ui/Button.js';
import { Dialog } from '../../ui/Dialog.js';
import { NARROW, useMediaQuery } from '../../ui/useMediaQuery.js';
import { useShortcuts } from '../../ui/useShortcuts.js';
import { Facets } from '../../view/Facets.js';
import { FilterBar } from '../../view/FilterBar.js';
import { QuickFilters } from '../../view/QuickFilters.js';
import { useView } from '../../view/useView.js';
import styles from './FlowsPage.module.css';
import { FlowTable } from './FlowTable.js';
import { usePlayback, useStartPlayback } from './playback/usePlayback.js';
import { StaleStrip } from './Reading.js';
import { SelectedFlow } from './SelectedFlow.js';
import { useTableState } from './TableStates.js';
import { TableToolbar } from './TableToolbar.js';
import { useTableTaste } from './useTableTaste.js';
import { useWatchView } from './useWatchView.js';

const PlayBar = lazy(async () => {
  const { PlayBar: component } = await import('./playback/PlayBar.js');
  return { default: component };
});
const ComparePane = lazy(async () => {
  const { ComparePane: component } = await import('./compare/ComparePane.js');
  return { default: component };
});

export interface FlowsPageProps {
  /** Stands between the filter and the table; the shell knows which feature draws it. */
  readonly timeline: ReactNode;
}

/** The page: filter, timeline, then facets, table and details side by side. */
export function FlowsPage({ timeline }: FlowsPageProps) {
  const [{ compare }] = useView();
  const narrow = useMediaQuery(NARROW);

  return (
    <main className={styles.page}>
      <h1 className="visually-hidden">Flows</h1>
      <Watcher />
      <section className={styles.filter} aria-label="Filter">
        <FilterBar />
        {narrow ? <FacetSheet /> : <QuickFilters />}
      </section>
      <section className={styles.timeline} aria-label="Timeline">
        {timeline}
      </section>
      <div className={styles.panes}>
        {!narrow && (
          <section className={styles.facets} aria-label="Values to filter by">
            <Facets />
          </section>
        )}
        {compare === null ? (
          <TablePane />
        ) : (
          <Suspense fallback={<section className={styles.table} />}>
            <ComparePane compare={compare} />
          </Suspense>
        )}
        <SelectedFlow />
      </div>
    </main>
  );
}

/** Draws nothing: apart, so that the page is not drawn again with every word of the server. */
function Watcher() {
  useWatchView();
  const store = useLiveStore();
  const [view, setView] = useView();
  const playback = usePlayback();
  const startPlayback = useStartPlayback();
  const pauseOrGoOn = () => (store.status().pausedAt === null ? store.pause() : store.resume());
  useShortcuts([
    [' ', () => (playback === null ? pauseOrGoOn() : playback.toggle())],
    ['p', () => (playback === null ? startPlayback() : playback.toggle())],
    ['Escape', () => view.selected !== null && setView({ selected: null })],
    ['/', () => document.querySelector<HTMLElement>('[data-filter-input]')?.focus()],
  ]);
  return null;
}

function TablePane() {
  const [taste, changeTaste] = useTableTaste();
  const [view, setView] = useView();
  const { status } = useLiveFlows();
  const state = useTableState();
  const busy = !status.loaded && status.error === null && !status.stopped;
  return (
    <section className={styles.table} aria-label="Flows" aria-busy={busy}>
      <TableToolbar taste={taste} onTaste={changeTaste} />
      <StaleStrip />
      {state === null ? (
        <FlowTable taste={taste} onTaste={changeTaste} onOpen={(row) => setView({ selected: row.key })} />
      ) : (
        <div className={styles.state}>{state}</div>
      )}
      {view.play !== null && (
        <Suspense fallback={<div className={styles.playBar} />}>
          <PlayBar />
        </Suspense>
      )}
    </section>
  );
}

function FacetSheet() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)} className={styles.facetButton ?? ''}>
        <Filter size={14} aria-hidden="true" />
        Values
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Filter by" kind="sheet">
        <QuickFilters />
        <Facets />
      </Dialog>
    </>
  );
}
