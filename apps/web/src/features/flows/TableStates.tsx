import { FilterX, Radio, SearchX, Square } from 'lucide-react';
import { useLiveFlows, useLiveStatus, useLiveStore } from '../../live/useLiveFlows.js';
import { Button } from '../../ui/Button.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { formatDuration } from '../../ui/format.js';
import { momentWords } from '../../view/time/moment-words.js';
import { lengthWords } from '../../view/time/when-words.js';
import { effectiveFilter, useView } from '../../view/useView.js';
import { DEFAULT_VIEW } from '../../view/view-url.js';
import { QueryProblem } from './QueryProblem.js';
import styles from './TableStates.module.css';

const SKELETON_WIDTHS = [62, 84, 71, 90, 66, 78, 58, 87, 73, 69, 81, 64];

/** What stands in the table's place when there is no row; null when there is. */
export function useTableState(): React.ReactNode {
  const { rows, status } = useLiveFlows();
  const store = useLiveStore();
  const [view, setView] = useView();

  // Rows that were there before stay while they cannot be read again; StaleStrip says so.
  if (status.error !== null && !(status.loaded && rows.length > 0)) {
    return <QueryProblem {...status.error} onRetry={() => store.retry()} />;
  }
  if (rows.length > 0) return null;
  if (status.stopped) {
    return (
      <EmptyState
        icon={<Square size={26} />}
        title="The reading was stopped"
        actions={<Button onClick={() => store.retry()}>Read again</Button>}
      >
        A shorter window or a filter is read faster.
      </EmptyState>
    );
  }
  if (!status.loaded) {
    return status.connection === 'waiting' && status.heardAt === null ? (
      <EmptyState
        icon={<Radio size={28} />}
        title="The Vibrissa server cannot be reached"
        actions={<Button onClick={() => store.retryNow()}>Try now</Button>}
      >
        The page keeps trying and goes on by itself once the server answers.
      </EmptyState>
    ) : (
      <Skeleton label="Loading flows" />
    );
  }
  if (effectiveFilter(view) !== '') {
    return (
      <EmptyState
        icon={<SearchX size={28} />}
        title="No flow matches this filter"
        actions={
          <>
            <Button kind="primary" onClick={() => setView({ filter: '', disabled: [] })}>
              <FilterX size={14} aria-hidden="true" />
              Clear the filter
            </Button>
            <WiderWindow />
          </>
        }
      >
        {view.window.kind === 'fixed'
          ? 'Nothing in this window does.'
          : 'Nothing in this window does. What matches from now on appears here as it happens.'}
      </EmptyState>
    );
  }
  return <NothingSeen />;
}

/** No row, and no filter that could hide any. */
function NothingSeen() {
  const store = useLiveStore();
  const { health } = useLiveStatus();
  const [{ window, play }, setView] = useView();
  if (play !== null) {
    return (
      <EmptyState
        icon={<Radio size={28} />}
        title={`Nothing was seen in these ${formatDuration(play.spanMs)}`}
      >
        Play on, or put the playhead elsewhere.
      </EmptyState>
    );
  }
  const oldest = health?.oldest ?? null;
  if (window.kind === 'live') {
    return health !== null && oldest === null ? (
      <EmptyState icon={<Radio size={28} />} title="Waiting for the first flow">
        The server holds no flow. The first one shows up here within a second of its report.
      </EmptyState>
    ) : (
      <EmptyState
        icon={<Radio size={28} />}
        title={`Nothing was seen in the last ${lengthWords(window)}`}
        actions={<WiderWindow />}
      >
        What is seen from now on appears here as it happens.
      </EmptyState>
    );
  }
  const before = oldest !== null && window.to <= oldest;
  return (
    <EmptyState
      icon={<Radio size={28} />}
      title={before ? 'This is before all that is kept' : 'Nothing was seen in this window'}
      actions={
        <Button onClick={() => setView({ window: DEFAULT_VIEW.window, play: null })}>Back to live</Button>
      }
    >
      {before && `What the server keeps begins ${momentWords(oldest, store.clock.now())}. `}
      Choose another stretch on the timeline.
    </EmptyState>
  );
}

/** The next longer of what streams and what is kept. */
function WiderWindow() {
  const { horizonMs, retentionMs } = useLiveStatus();
  const [{ window }, setView] = useView();
  const wider = [horizonMs, retentionMs].find((ms) => window.kind === 'live' && ms > window.sinceMs);
  if (wider === undefined) return null;
  const next = { kind: 'live', sinceMs: wider } as const;
  return <Button onClick={() => setView({ window: next })}>Look at the last {lengthWords(next)}</Button>;
}

/** Lines where rows will be. */
export function Skeleton({ label }: { readonly label: string }) {
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      {SKELETON_WIDTHS.map((width) => (
        <div key={width} className={styles.line}>
          <i style={{ width: 64 }} />
          <i style={{ width: `${width * 0.22}%` }} />
          <i style={{ width: `${width * 0.26}%` }} />
          <i style={{ width: 60 }} />
        </div>
      ))}
    </div>
  );
}
