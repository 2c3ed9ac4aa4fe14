import { FilterX, Radio, SearchX } from 'lucide-react';
import { useLiveFlows, useLiveStore } from '../../live/useLiveFlows.js';
import { Button } from '../../ui/Button.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { ErrorNotice } from '../../ui/ErrorNotice.js';
import { effectiveFilter, useView } from '../../view/useView.js';
import styles from './TableStates.module.css';

const SKELETON_WIDTHS = [62, 84, 71, 90, 66, 78, 58, 87, 73, 69, 81, 64];

/** What stands in the table's place when there is no row; null when there is. */
export function useTableState(): React.ReactNode {
  const { rows, status } = useLiveFlows();
  const store = useLiveStore();
  const [view, setView] = useView();

  if (status.error !== null) {
    return (
      <div className={styles.padded}>
        <ErrorNotice
          title={
            status.error.code === 'filter-syntax'
              ? 'This filter cannot be read'
              : 'The server could not answer this'
          }
        >
          {status.error.message}
        </ErrorNotice>
      </div>
    );
  }
  if (rows.length > 0) return null;
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
      <Skeleton />
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
            {view.window.kind === 'live' && view.window.sinceMs < status.horizonMs && (
              <Button onClick={() => setView({ window: { kind: 'live', sinceMs: status.horizonMs } })}>
                Look at all the server holds
              </Button>
            )}
          </>
        }
      >
        {view.window.kind === 'fixed'
          ? 'Nothing in this window does.'
          : 'Nothing in this window does. What matches from now on appears here as it happens.'}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Radio size={28} />}
      title={view.window.kind === 'fixed' ? 'Nothing was seen in this window' : 'Waiting for the first flow'}
      actions={
        view.window.kind === 'fixed' && (
          <Button onClick={() => setView({ window: { kind: 'live', sinceMs: 15 * 60_000 } })}>
            Back to live
          </Button>
        )
      }
    >
      {view.window.kind === 'fixed'
        ? 'Choose another stretch on the timeline.'
        : 'Nothing has sent a flow yet. The first one shows up here within a second of its report.'}
    </EmptyState>
  );
}

function Skeleton() {
  return (
    <div className={styles.skeleton} role="status" aria-label="Loading flows">
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
