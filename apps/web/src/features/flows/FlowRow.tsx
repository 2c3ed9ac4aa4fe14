import { memo } from 'react';
import type { Row } from '../../live/row.js';
import styles from './FlowRow.module.css';
import type { PlacedColumn } from './flow-columns.js';
import { CELLS } from './RowCells.js';
import { outcomeOf } from './row-text.js';

export interface FlowRowProps {
  readonly row: Row;
  /** Changes when the row does: it is rewritten in place. */
  readonly revision: number;
  readonly columns: readonly PlacedColumn[];
  /** Counts from 0. */
  readonly index: number;
  /** px from the top of the body. */
  readonly top: number;
  readonly age: string;
  readonly late: number;
  readonly selected: boolean;
  /** The column the keyboard is on, when it is on this row. */
  readonly cursor: number | null;
}

/** The DOM id of a cell, for aria-activedescendant. */
export function cellId(row: Row, column: PlacedColumn): string {
  return `flow-${row.id}-${column.id}`;
}

/** One line of the table; drawn again only when something on it has changed. */
export const FlowRow = memo(function FlowRow({
  row,
  columns,
  index,
  top,
  age,
  late,
  selected,
  cursor,
}: FlowRowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-row-key={row.key}
      data-outcome={outcomeOf(row)}
      data-gone={row.gone || undefined}
      data-cursor={cursor !== null || undefined}
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
    >
      {columns.map((column, at) => {
        const Cell = CELLS[column.id];
        return (
          <div
            key={column.id}
            id={cellId(row, column)}
            role="gridcell"
            aria-colindex={at + 1}
            data-column={column.id}
            data-cursor={cursor === at || undefined}
            className={column.align === 'end' ? styles.cellEnd : styles.cell}
          >
            <Cell row={row} age={age} late={late} />
          </div>
        );
      })}
    </div>
  );
});
