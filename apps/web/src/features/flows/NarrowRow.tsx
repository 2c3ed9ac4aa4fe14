import { memo } from 'react';
import type { FlowRowProps } from './FlowRow.js';
import styles from './NarrowRow.module.css';
import { CELLS } from './RowCells.js';
import { OUTCOME_WORD, outcomeOf } from './row-text.js';

/** A line on a phone: who over whom, when over what. */
export const NarrowRow = memo(function NarrowRow(props: Omit<FlowRowProps, 'columns' | 'cursor'>) {
  const { row, index, top, age, late, selected } = props;
  const outcome = outcomeOf(row);
  const cell = { row, age, late };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-row-key={row.key}
      data-outcome={outcome}
      data-gone={row.gone || undefined}
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" className={styles.mark} title={OUTCOME_WORD[outcome]}>
        {CELLS.verdict(cell)}
      </div>
      <div role="gridcell" className={styles.source}>
        {CELLS.source(cell)}
      </div>
      <div role="gridcell" className={styles.dest}>
        {CELLS.dest(cell)}
      </div>
      <div role="gridcell" className={styles.seen}>
        {CELLS.seen(cell)}
      </div>
      <div role="gridcell" className={styles.port}>
        {row.port === 0 ? '' : `${row.port} `}
        {row.protocol}
      </div>
    </div>
  );
});
