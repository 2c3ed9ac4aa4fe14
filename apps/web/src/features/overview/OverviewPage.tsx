import { useState } from 'react';
import { useLiveStatus, useLiveStore } from '../../live/useLiveFlows.js';
import { useQuietStream } from '../../live/useQuietStream.js';
import { stored } from '../../ui/stored.js';
import { useShortcuts } from '../../ui/useShortcuts.js';
import { FilterBar } from '../../view/FilterBar.js';
import { QuickFilters } from '../../view/QuickFilters.js';
import { ReadingLine } from '../../view/ReadingLine.js';
import { TimeControl } from '../../view/time/TimeControl.js';
import { useView } from '../../view/useView.js';
import { Headlines } from './Headlines.js';
import { NamespaceCard } from './NamespaceCard.js';
import styles from './OverviewPage.module.css';
import { PageNotice } from './PageNotice.js';
import { toldOf } from './picture-texts.js';
import { RankCard } from './RankCard.js';
import { DENIED_PAIRS, LEAVING, POLICY_DENIALS, POLICY_HITS, PORTS, TALKERS } from './ranks.js';
import { TrafficCard, type TrafficMeasure } from './TrafficCard.js';
import { useOverview } from './useOverview.js';

const taste = stored<TrafficMeasure>('vibrissa.overview.measure', (found) =>
  found === 'bytes' ? 'bytes' : 'lines',
);

/** A window of time in charts, each mark of which leads to its flows. */
export function OverviewPage() {
  useQuietStream();
  const store = useLiveStore();
  const { pausedAt, health } = useLiveStatus();
  const [view] = useView();
  const [measure, setMeasure] = useState(taste.read);
  const overview = useOverview(measure);
  const { talkers } = overview;
  const now = pausedAt ?? store.clock.now();
  const { window } = view;
  const asked = window.kind === 'fixed' ? window : { from: now - window.sinceMs, to: now };
  const { from, to } = talkers.data !== undefined && !talkers.isStale ? talkers.data : asked;
  const told = toldOf(view, from, to);

  useShortcuts([
    [' ', () => (pausedAt === null ? store.pause() : store.resume())],
    ['/', () => document.querySelector<HTMLElement>('[data-filter-input]')?.focus()],
  ]);

  return (
    <main className={styles.page}>
      <h1 className="visually-hidden">Overview</h1>
      <section className={styles.filter} aria-label="Filter and time">
        <FilterBar />
        <div className={styles.quick}>
          <QuickFilters />
        </div>
        <div className={styles.time}>
          <TimeControl />
        </div>
      </section>
      <ReadingLine queries={overview.every} />
      <div className={styles.scroll}>
        <div className={styles.cards}>
          <PageNotice overview={overview} />
          <Headlines overview={overview} view={view} />
          <TrafficCard
            query={overview.series}
            measure={measure}
            onMeasure={(next) => {
              taste.write(next);
              setMeasure(next);
            }}
            view={view}
            told={told}
            keptFrom={health?.oldest ?? null}
          />
          <RankCard ranking={DENIED_PAIRS} query={overview.deniedPairs} view={view} told={told} />
          <RankCard ranking={LEAVING} query={overview.leaving} view={view} told={told} />
          <RankCard ranking={POLICY_DENIALS} query={overview.policyDenials} view={view} told={told} />
          <RankCard ranking={POLICY_HITS} query={overview.policyHits} view={view} told={told} />
          <RankCard ranking={TALKERS} query={overview.talkers} view={view} told={told} />
          <RankCard ranking={PORTS} query={overview.ports} view={view} told={told} />
          <NamespaceCard answers={overview.namespaces} view={view} told={told} />
        </div>
      </div>
    </main>
  );
}
