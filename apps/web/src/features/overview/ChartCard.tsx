import { ChartNoAxesColumn, CircleSlash2, Table2 } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { IconButton } from '../../ui/IconButton.js';
import { useElementWidth } from '../../ui/useElementWidth.js';
import styles from './ChartCard.module.css';
import { ChartMenu } from './ChartMenu.js';
import { ChartTableView } from './ChartTableView.js';
import type { ChartTable } from './chart-table.js';
import { Problem } from './Problem.js';
import type { PictureTexts } from './svg-image.js';

/** How the question behind a card is doing. */
export interface Asked {
  readonly data: unknown;
  readonly error: Error | null;
  readonly isStale: boolean;
  readonly stopped: boolean;
  readonly again: () => void;
}

export interface ChartCardProps {
  readonly title: string;
  /** Right of the title: what it all adds up to, or what is under the pointer. */
  readonly note: ReactNode;
  /** A switch of the card's own. */
  readonly actions?: ReactNode;
  readonly asked: Asked;
  readonly table: ChartTable;
  /** Said where there is nothing to draw. */
  readonly none: string;
  /** Whether having nothing is good news. */
  readonly goodNews?: boolean;
  /** px of the chart, which the card keeps whatever is in it. */
  readonly height: number;
  readonly wide?: boolean;
  readonly texts: PictureTexts;
  readonly fileName: string;
  /** Draws the chart so many px wide. */
  readonly children: (width: number) => ReactNode;
  readonly footer?: ReactNode;
}

/** A chart in its frame: its title and sum, the same as a table, and ways to take it away. */
export function ChartCard({
  title,
  note,
  actions,
  asked,
  table,
  none,
  goodNews = false,
  height,
  wide = false,
  texts,
  fileName,
  children,
  footer,
}: ChartCardProps) {
  const id = useId();
  const body = useRef<HTMLDivElement>(null);
  const width = useElementWidth(body);
  const [asTable, setAsTable] = useState(false);
  const known = asked.data !== undefined;
  const empty = known && table.rows.length === 0;
  const drawn = known && !empty;

  return (
    <section aria-labelledby={id} className={styles.card} data-wide={wide || undefined}>
      <header className={styles.head}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        <div className={styles.note} data-numeric>
          {note}
        </div>
        {actions}
        <div className={styles.tools} data-shown={drawn || undefined}>
          <IconButton
            label={asTable ? `${title} as a chart` : `${title} as a table`}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? (
              <ChartNoAxesColumn size={14} aria-hidden="true" />
            ) : (
              <Table2 size={14} aria-hidden="true" />
            )}
          </IconButton>
          <ChartMenu title={title} texts={texts} fileName={fileName} table={table} chart={body} />
        </div>
      </header>
      <div
        ref={body}
        className={styles.body}
        style={{ height }}
        aria-busy={!known && asked.error === null && !asked.stopped}
        data-stale={asked.isStale || undefined}
      >
        {!known && <Waiting title={title} asked={asked} height={height} />}
        {empty && (
          <p className={styles.empty}>
            {goodNews ? (
              <i className={styles.good} aria-hidden="true" />
            ) : (
              <CircleSlash2 size={15} aria-hidden="true" />
            )}
            {none}
          </p>
        )}
        {drawn && (
          // Where the table is shown the chart stays, unseen, so that it can still be saved as a picture.
          <div className={styles.chart} data-unseen={asTable || undefined} inert={asTable}>
            {width > 0 && children(width)}
          </div>
        )}
        {drawn && <ChartTableView title={title} table={table} shown={asTable} />}
      </div>
      {footer}
    </section>
  );
}

function Waiting({
  title,
  asked,
  height,
}: {
  readonly title: string;
  readonly asked: Asked;
  readonly height: number;
}) {
  if (asked.stopped || asked.error !== null) return <Problem asked={asked} />;
  return (
    <div className={styles.skeleton} role="status" aria-label={`Loading ${title}`}>
      {Array.from({ length: Math.floor(height / 30) }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a skeleton do not move
        <i key={index} style={{ width: `${Math.max(18, 96 - index * 11)}%` }} />
      ))}
    </div>
  );
}
