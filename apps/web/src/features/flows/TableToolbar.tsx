import { GROUPINGS, type Grouping } from '@vibrissa/model';
import { Play } from 'lucide-react';
import { useLiveStatus, useLiveStore } from '../../live/useLiveFlows.js';
import { Segmented } from '../../ui/Segmented.js';
import { NARROW, useMediaQuery } from '../../ui/useMediaQuery.js';
import { useView } from '../../view/useView.js';
import { ColumnMenu, type ColumnMenuProps } from './ColumnMenu.js';
import { CompareMenu } from './compare/CompareMenu.js';
import { ExportMenu } from './ExportMenu.js';
import { useStartPlayback } from './playback/usePlayback.js';
import { ReadingLine, ReadingWords, useSlowReading } from './Reading.js';
import { RowCount } from './RowCount.js';
import styles from './TableToolbar.module.css';
import { ToolButton } from './ToolButton.js';

const GROUPING_OPTIONS: readonly { value: Grouping; label: string; title: string }[] = [
  { value: 'connection', label: 'Connections', title: 'Both ends’ reports of a connection as one line' },
  { value: 'flow', label: 'Raw reports', title: 'Each report of each node, as it came' },
  {
    value: 'workload',
    label: 'Workloads',
    title: 'All ports and protocols of a pair of workloads as one line',
  },
  { value: 'namespace', label: 'Namespaces', title: 'Everything between two namespaces as one line' },
];

/** What a line stands for, of the flows and of their changes alike. */
export function GroupingSwitch() {
  const [view, setView] = useView();
  const narrow = useMediaQuery(NARROW);
  if (narrow) {
    return (
      <select
        aria-label="One line for each"
        className={styles.grouping}
        value={view.grouping}
        onChange={(event) => {
          const grouping = GROUPINGS.find((name) => name === event.currentTarget.value);
          if (grouping !== undefined) setView({ grouping, selected: null });
        }}
      >
        {GROUPING_OPTIONS.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  return (
    <Segmented
      label="One line for each"
      value={view.grouping}
      options={GROUPING_OPTIONS}
      onChange={(grouping) => setView({ grouping, selected: null })}
    />
  );
}

/** Above the table: how much there is, what can be done with it, what a line stands for, and the columns. */
export function TableToolbar(props: ColumnMenuProps) {
  const [view] = useView();
  const store = useLiveStore();
  const { progress, loaded, error, stopped } = useLiveStatus();
  const slow = useSlowReading(view.play !== null);
  const play = useStartPlayback();
  return (
    <div className={styles.frame}>
      <div className={styles.toolbar}>
        <div className={styles.count}>
          {slow && <ReadingWords window={view.window} progress={progress} onStop={() => store.stop()} />}
          <RowCount hidden={slow} />
        </div>
        <div className={styles.tools}>
          {view.play === null && (
            <ToolButton
              label="Play back"
              hint="Play this window back (p)"
              icon={<Play size={13} aria-hidden="true" />}
              onClick={play}
            />
          )}
          <CompareMenu />
          <ExportMenu />
        </div>
        <GroupingSwitch />
        <span className={styles.menu}>
          <ColumnMenu {...props} />
        </span>
      </div>
      <ReadingLine busy={error === null && !stopped && (!loaded || progress !== null)} progress={progress} />
    </div>
  );
}
