import type { Grouping } from '@vibrissa/model';
import { useLiveFlows } from '../../live/useLiveFlows.js';
import { formatCount, formatTimeSeconds } from '../../ui/format.js';
import { Segmented } from '../../ui/Segmented.js';
import { useView } from '../../view/useView.js';
import { ColumnMenu, type ColumnMenuProps } from './ColumnMenu.js';
import styles from './TableToolbar.module.css';

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

/** One and many of what a line stands for. */
const LINE_WORDS: Readonly<Record<Grouping, readonly [string, string]>> = {
  connection: ['connection', 'connections'],
  flow: ['report', 'reports'],
  workload: ['workload pair', 'workload pairs'],
  namespace: ['namespace pair', 'namespace pairs'],
};

/** Above the table: how much there is, what a line stands for, and the columns. */
export function TableToolbar(props: ColumnMenuProps) {
  const [view, setView] = useView();
  return (
    <div className={styles.toolbar}>
      <RowCount grouping={view.grouping} />
      <span className={styles.space} />
      <Segmented
        label="One line for each"
        value={view.grouping}
        options={GROUPING_OPTIONS}
        onChange={(grouping) => setView({ grouping, selected: null })}
      />
      <span className={styles.menu}>
        <ColumnMenu {...props} />
      </span>
    </div>
  );
}

function RowCount({ grouping }: { readonly grouping: Grouping }) {
  const { total, held, status } = useLiveFlows();
  const [one, many] = LINE_WORDS[grouping];
  return (
    <span className={styles.count}>
      <b>{formatCount(total)}</b> {total === 1 ? one : many}
      {held < total && status.loaded && <>, the newest {formatCount(held)} here</>}
      {status.connection !== 'open' && status.heardAt !== null && (
        <> · as of {formatTimeSeconds(status.heardAt)}, the server is away</>
      )}
      {status.skipped > 0 && (
        <span title="This page was too slow for them; what is shown was brought up to date since">
          {' '}
          · {formatCount(status.skipped)} updates skipped
        </span>
      )}
    </span>
  );
}
