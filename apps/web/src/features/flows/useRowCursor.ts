import { type KeyboardEvent, useRef, useState } from 'react';
import type { Row } from '../../live/row.js';

export interface RowCursor {
  readonly key: string;
  /** Index among the columns on screen. */
  readonly column: number;
}

export interface RowCursorOptions {
  readonly rows: readonly Row[];
  readonly columns: number;
  /** How many rows a page is. */
  readonly page: number;
  /** Index of the first row on screen, where the keyboard starts. */
  readonly first: () => number;
  readonly onMove: (index: number) => void;
  readonly onOpen: (row: Row) => void;
  /** Filter by the cell the cursor is on, or against it. */
  readonly onFilter: (cursor: RowCursor, against: boolean) => void;
}

/** The cell the keyboard is on. It follows its row, wherever that goes. */
export function useRowCursor(options: RowCursorOptions) {
  const [cursor, setDrawn] = useState<RowCursor | null>(null);
  // Keys may come faster than frames: each goes on from the one before, drawn or not.
  const latest = useRef<RowCursor | null>(null);
  const { rows, columns, page, first, onMove, onOpen, onFilter } = options;

  const setCursor = (next: RowCursor): void => {
    latest.current = next;
    setDrawn(next);
  };

  const indexOf = (): number => {
    const key = latest.current?.key;
    return key === undefined ? -1 : rows.findIndex((row) => row.key === key);
  };

  const moveTo = (index: number): void => {
    const at = Math.max(0, Math.min(rows.length - 1, index));
    const row = rows[at];
    if (row === undefined) return;
    setCursor({ key: row.key, column: latest.current?.column ?? 0 });
    onMove(at);
  };

  /** Down or up by rows; the first press lands on the first row in sight. */
  const step = (by: number): void => {
    const at = indexOf();
    moveTo(at < 0 ? first() : at + by);
  };

  const stepColumn = (by: number): void => {
    const from = latest.current;
    if (from === null) step(0);
    else setCursor({ ...from, column: Math.max(0, Math.min(columns - 1, from.column + by)) });
  };

  const open = (): void => {
    const row = rows[indexOf()];
    if (row !== undefined) onOpen(row);
  };

  const filter = (against: boolean): void => {
    if (latest.current !== null) onFilter(latest.current, against);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    switch (event.key) {
      case 'ArrowDown':
        step(1);
        break;
      case 'ArrowUp':
        step(-1);
        break;
      case 'ArrowRight':
        stepColumn(1);
        break;
      case 'ArrowLeft':
        stepColumn(-1);
        break;
      case 'PageDown':
        step(page);
        break;
      case 'PageUp':
        step(-page);
        break;
      case 'Home':
        moveTo(0);
        break;
      case 'End':
        moveTo(rows.length - 1);
        break;
      case 'Enter':
        open();
        break;
      case 'f':
        filter(false);
        break;
      case 'F':
        filter(true);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return { cursor, step, onKeyDown };
}
