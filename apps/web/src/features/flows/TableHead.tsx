import { ArrowDown, ArrowUp } from 'lucide-react';
import { type DragEvent, type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { ViewSort } from '../../view/view-url.js';
import { type ColumnId, NARROWEST, type PlacedColumn } from './flow-columns.js';
import styles from './TableHead.module.css';
import { moveColumn } from './table-taste.js';

export interface TableHeadProps {
  readonly columns: readonly PlacedColumn[];
  readonly order: readonly ColumnId[];
  readonly sort: ViewSort;
  readonly onSort: (column: PlacedColumn) => void;
  readonly onResize: (id: ColumnId, width: number | null) => void;
  readonly onReorder: (order: readonly ColumnId[]) => void;
}

const COLUMN_DRAG = 'application/x-vibrissa-column';
/** px for each press of an arrow key. */
const KEY_STEP = 16;

/** The header row: click to sort, drag to reorder, drag an edge to resize. All of it by keyboard as well. */
export function TableHead({ columns, order, sort, onSort, onResize, onReorder }: TableHeadProps) {
  const [over, setOver] = useState<ColumnId | null>(null);

  const drop = (event: DragEvent, target: ColumnId) => {
    const dragged = order.find((id) => id === event.dataTransfer.getData(COLUMN_DRAG));
    setOver(null);
    if (dragged === undefined) return;
    event.preventDefault();
    onReorder(moveColumn(order, dragged, target));
  };

  const changeByKey = (event: KeyboardEvent, at: number) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    const column = columns[at];
    const target = columns[at + step];
    if (step === 0 || column === undefined) return;
    if (event.shiftKey) onResize(column.id, Math.max(NARROWEST, column.width + step * KEY_STEP));
    else if (event.altKey && target !== undefined) onReorder(moveColumn(order, column.id, target.id));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div role="row" aria-rowindex={1} className={styles.head}>
      {columns.map((column, at) => {
        const sorted = column.sort !== null && column.sort === sort.column;
        return (
          <div
            key={column.id}
            role="columnheader"
            aria-colindex={at + 1}
            aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
            data-over={over === column.id || undefined}
            data-align={column.align}
            className={styles.cell}
            onDragOver={(event) => {
              if (!event.dataTransfer.types.includes(COLUMN_DRAG)) return;
              event.preventDefault();
              setOver(column.id);
            }}
            onDragLeave={() => setOver(null)}
            onDrop={(event) => drop(event, column.id)}
          >
            <button
              type="button"
              draggable
              className={styles.label}
              title={headerTitle(column)}
              aria-disabled={column.sort === null}
              onClick={() => onSort(column)}
              onKeyDown={(event) => changeByKey(event, at)}
              onDragStart={(event) => {
                event.dataTransfer.setData(COLUMN_DRAG, column.id);
                event.dataTransfer.effectAllowed = 'move';
              }}
            >
              <span className={styles.text}>{column.label}</span>
              {sorted &&
                (sort.descending ? (
                  <ArrowDown size={12} aria-hidden="true" />
                ) : (
                  <ArrowUp size={12} aria-hidden="true" />
                ))}
            </button>
            <ColumnEdge column={column} onResize={onResize} />
          </div>
        );
      })}
    </div>
  );
}

function headerTitle(column: PlacedColumn): string {
  const how = column.sort === null ? '' : 'Click to sort. ';
  return `${column.help}. ${how}Alt and an arrow key moves it, Shift and an arrow key sizes it.`;
}

function ColumnEdge({
  column,
  onResize,
}: {
  readonly column: PlacedColumn;
  readonly onResize: TableHeadProps['onResize'];
}) {
  const drag = useRef<{ readonly x: number; readonly width: number } | null>(null);

  const move = (event: PointerEvent) => {
    const start = drag.current;
    if (start === null) return;
    onResize(column.id, Math.max(NARROWEST, start.width + event.clientX - start.x));
  };

  return (
    <div
      aria-hidden="true"
      className={styles.edge}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.clientX, width: column.width };
      }}
      onPointerMove={move}
      onPointerUp={() => {
        drag.current = null;
      }}
      onDoubleClick={() => onResize(column.id, null)}
    />
  );
}
