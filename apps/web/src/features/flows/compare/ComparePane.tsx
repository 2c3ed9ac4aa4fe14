import type { ChangeKind } from '@vibrissa/protocol/messages';
import { ArrowLeft, GitCompareArrows, Square } from 'lucide-react';
import { useState } from 'react';
import { ApiError } from '../../../api/client.js';
import { useLiveStore } from '../../../live/useLiveFlows.js';
import { Button } from '../../../ui/Button.js';
import { EmptyState } from '../../../ui/EmptyState.js';
import { utcWords } from '../../../view/time/when-words.js';
import { useView } from '../../../view/useView.js';
import type { ViewCompare } from '../../../view/view-url.js';
import { ExportMenu } from '../ExportMenu.js';
import { QueryProblem } from '../QueryProblem.js';
import { ReadingLine, ReadingWords } from '../Reading.js';
import { Skeleton } from '../TableStates.js';
import { GroupingSwitch } from '../TableToolbar.js';
import { ChangeList } from './ChangeList.js';
import { CompareMenu } from './CompareMenu.js';
import styles from './ComparePane.module.css';
import { KindSwitches } from './KindSwitches.js';
import { shortStretch } from './stretch-words.js';
import { type Comparison, useComparison } from './useComparison.js';

/** In place of the table: what has changed from one window to another. */
export function ComparePane({ compare }: { readonly compare: ViewCompare }) {
  const comparison = useComparison(compare);
  const [hidden, setHidden] = useState<ReadonlySet<ChangeKind>>(new Set());
  const { data, slow, progress, stop, stopped, isStale, error } = comparison;
  const [view, setView] = useView();
  return (
    <section className={styles.pane} aria-label="Changes" aria-busy={slow}>
      <div className={styles.frame}>
        <div className={styles.toolbar}>
          <Button kind="quiet" className={styles.back ?? ''} onClick={() => setView({ compare: null })}>
            <ArrowLeft size={14} aria-hidden="true" />
            Flows
          </Button>
          <div className={styles.what}>
            {slow ? (
              <ReadingWords window={view.window} progress={progress} onStop={stop} />
            ) : (
              data !== undefined && <Windows comparison={comparison} />
            )}
          </div>
          <div className={styles.tools}>
            <CompareMenu label="Compare with" />
            <ExportMenu />
          </div>
          <GroupingSwitch />
        </div>
        <ReadingLine
          busy={error === null && !stopped && (data === undefined || isStale)}
          progress={progress}
        />
      </div>
      {data !== undefined && error === null && !stopped && (
        <KindSwitches totals={data.totals} hidden={hidden} onHide={setHidden} />
      )}
      <div className={styles.list}>
        <Body comparison={comparison} hidden={hidden} />
      </div>
    </section>
  );
}

/** The two windows in words; as they were read, which is on whole buckets. */
function Windows({ comparison }: { readonly comparison: Comparison }) {
  const store = useLiveStore();
  const now = store.clock.now();
  const { data } = comparison;
  if (data === undefined) return null;
  const { window, base } = data;
  return (
    <p className={styles.windows}>
      <span className={styles.window} title={utcWords(window.from, window.to)}>
        {shortStretch(window, now)}
      </span>
      <span className={styles.against}>compared with</span>
      <span className={styles.base} title={utcWords(base.from, base.to)}>
        {shortStretch(base, now)}
      </span>
    </p>
  );
}

interface BodyProps {
  readonly comparison: Comparison;
  readonly hidden: ReadonlySet<ChangeKind>;
}

function Body({ comparison, hidden }: BodyProps) {
  const { data, error, stopped, again, lines } = comparison;
  if (stopped) {
    return (
      <EmptyState
        icon={<Square size={26} />}
        title="The comparison was stopped"
        actions={<Button onClick={again}>Compare again</Button>}
      >
        Shorter windows or a filter are compared faster.
      </EmptyState>
    );
  }
  if (error !== null) {
    const code = error instanceof ApiError ? error.code : 'unknown';
    return <QueryProblem code={code} message={error.message} onRetry={again} />;
  }
  if (data === undefined) return <Skeleton label="Comparing" />;
  if (lines.length === 0) {
    return (
      <EmptyState icon={<GitCompareArrows size={28} />} title="Nothing has changed">
        Nothing is new or gone, no verdict is another, and nothing moves three times as much or as little.
      </EmptyState>
    );
  }
  return <ChangeList lines={lines} data={data} hidden={hidden} />;
}
