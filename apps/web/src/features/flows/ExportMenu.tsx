import { Download } from 'lucide-react';
import { withQuery } from '../../api/client.js';
import { useLiveFlows, useLiveStore } from '../../live/useLiveFlows.js';
import { plural } from '../../ui/format.js';
import { Popover } from '../../ui/Popover.js';
import { appliedFilter } from '../../view/filter-clauses.js';
import { LOCAL } from '../../view/time/wall-clock.js';
import { stretchWords, utcWords } from '../../view/time/when-words.js';
import { effectiveFilter, useView } from '../../view/useView.js';
import { countWords } from './count-words.js';
import { useShownWindow } from './details/shown-window.js';
import styles from './ExportMenu.module.css';
import { ToolButton } from './ToolButton.js';

const FORMATS = [
  { format: 'ndjson', name: 'NDJSON', what: 'A record a line; Vibrissa reads it back' },
  { format: 'csv', name: 'CSV', what: 'For spreadsheets' },
  { format: 'parquet', name: 'Parquet', what: 'For DuckDB, pandas and the like' },
] as const;

/** Everything that is behind the filter and the window on screen, as a file. */
export function ExportMenu() {
  return (
    <Popover
      label="Export"
      align="end"
      trigger={(props) => (
        <ToolButton {...props} label="Export" icon={<Download size={14} aria-hidden="true" />} />
      )}
    >
      {(close) => <Choices onChoose={close} />}
    </Popover>
  );
}

function Choices({ onChoose }: { readonly onChoose: () => void }) {
  const store = useLiveStore();
  const { total, held, status } = useLiveFlows();
  const { bounds } = useShownWindow();
  const [view] = useView();
  const now = Math.round(status.pausedAt ?? store.clock.now());
  // Fixed when the menu opens, so that the three formats hold the same.
  const span = { from: bounds.to === undefined ? now + bounds.from : bounds.from, to: bounds.to ?? now };
  const { narrowed } = countWords({
    grouping: view.grouping,
    total,
    held: total,
    order: '',
    filter: appliedFilter(view.filter, view.disabled),
  });
  const { answered, loaded } = status;
  const answers = loaded && answered?.filter === effectiveFilter(view) && answered.grouping === 'connection';
  const counted = answers && view.compare === null;
  return (
    <div className={styles.menu}>
      <p className={styles.what}>
        {counted ? `What ${plural(total, 'connection')} moved` : 'What all flows moved'}, a record for each
        report and bucket:
        <span title={utcWords(span.from, span.to)}>
          {stretchWords(span.from, span.to, { now, zone: LOCAL })}
        </span>
        <span>{narrowed === '' ? 'all flows' : narrowed}</span>
        {counted && held < total && <span>all of them, not only the ones on this page</span>}
      </p>
      <ul>
        {FORMATS.map(({ format, name, what }) => (
          <li key={format}>
            <a
              download
              className={styles.choice}
              href={withQuery('/api/v1/export', { format, filter: effectiveFilter(view), ...span })}
              onClick={onChoose}
            >
              <b>{name}</b>
              <span>{what}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
