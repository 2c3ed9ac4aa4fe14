import { useVirtualizer } from '@tanstack/react-virtual';
import type { HistoryRead } from '@vibrissa/protocol/messages';
import { type MouseEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Row } from '../../live/row.js';
import { useLiveFlows, useLiveStore } from '../../live/useLiveFlows.js';
import { formatAge, formatDay, formatDuration, formatTime, formatTimeSeconds } from '../../ui/format.js';
import { useElementWidth } from '../../ui/useElementWidth.js';
import { NARROW, useMediaQuery } from '../../ui/useMediaQuery.js';
import { dayOf } from '../../view/time/when-words.js';
import { addClause, useView } from '../../view/useView.js';
import { viewToUrl } from '../../view/view-url.js';
import { filterTargetOf } from './FilterValue.js';
import { cellId, FlowRow } from './FlowRow.js';
import styles from './FlowTable.module.css';
import { type PlacedColumn, placeColumns } from './flow-columns.js';
import { NarrowRow } from './NarrowRow.js';
import { NewRowsPill } from './NewRowsPill.js';
import { nextSort } from './next-sort.js';
import { TableHead } from './TableHead.js';
import type { TableTaste } from './table-taste.js';
import { useRowCursor } from './useRowCursor.js';
import { useTableShortcuts } from './useTableShortcuts.js';
import type { ChangeTaste } from './useTableTaste.js';
import { ValueMenu } from './ValueMenu.js';

export interface FlowTableProps {
  readonly taste: TableTaste;
  readonly onTaste: ChangeTaste;
  readonly onOpen: (row: Row) => void;
}

const ROW_HEIGHT = { comfortable: 33, compact: 26, narrow: 52 } as const;
const HEAD_HEIGHT = 30;
/** px on both sides of a row together. */
const ROW_PADDING = 20;

/** The rows as they stream in. They stay where they are while someone points at, scrolls or walks them. */
export function FlowTable({ taste, onTaste, onOpen }: FlowTableProps) {
  const store = useLiveStore();
  const { rows, fresh, status } = useLiveFlows();
  const [view, setView] = useView();
  const narrow = useMediaQuery(NARROW);
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const width = useElementWidth(scroller);
  const [pointed, setPointed] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const [focused, setFocused] = useState(false);

  const { window, play } = view;
  const days = window.kind === 'fixed' && dayOf(window.from, window.to) !== dayOf(window.to, window.to);
  const spark = sparkLabel(status.history, play?.spanMs ?? null);
  const columns = useMemo(
    () =>
      placeColumns(
        taste.order.filter((id) => !taste.hidden.includes(id)),
        taste.widths,
        width - ROW_PADDING,
        { spark, days },
      ),
    [taste, width, spark, days],
  );
  const rowHeight = narrow ? ROW_HEIGHT.narrow : ROW_HEIGHT[taste.density];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    scrollPaddingStart: narrow ? 0 : HEAD_HEIGHT,
    overscan: 6,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the virtualizer asks for sizes again only when told
  useEffect(() => {
    virtual.measure();
  }, [rowHeight]);

  const filterBy = (field: string, op: '=' | '!=', value: string) =>
    addClause(view, setView, field, op, value);
  const cursor = useRowCursor({
    rows,
    columns: columns.length,
    page: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2),
    first: () => Math.ceil((scroller.current?.scrollTop ?? 0) / rowHeight),
    onMove: (index) => {
      virtual.scrollToIndex(index);
      scroller.current?.querySelector<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true });
    },
    onOpen,
    onFilter: (at, against) => {
      const row = store.find(at.key);
      const column = columns[at.column];
      if (row === null || column === undefined) return;
      const target = lastTargetIn(document.getElementById(cellId(row, column)));
      if (target !== null) filterBy(target.field, against ? '!=' : '=', target.value);
    },
  });
  useTableShortcuts(cursor);

  const still = pointed || scrolled || (focused && cursor.cursor !== null);
  useEffect(() => {
    store.standStill(still);
    return () => store.standStill(false);
  }, [store, still]);
  const question = viewToUrl({ ...view, selected: null, play: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question starts at the top
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [question]);

  const toTop = () => {
    scroller.current?.scrollTo({ top: 0 });
    store.catchUp();
  };
  const click = (event: MouseEvent) => {
    const target = filterTargetOf(event.target);
    if (target !== null && !narrow) {
      filterBy(target.field, event.altKey ? '!=' : '=', target.value);
      return;
    }
    const key = event.target instanceof Element ? rowKeyAt(event.target) : undefined;
    const row = rows.find((candidate) => candidate.key === key);
    if (row !== undefined) onOpen(row);
  };

  const allDenied = rows.length > 0 && rows.every((row) => row.verdict === 'deny');
  const now = status.pausedAt ?? store.clock.now();
  const until = window.kind === 'fixed' ? Math.min(now, window.to) : now;
  const active = cursor.cursor === null ? null : store.find(cursor.cursor.key);
  const activeColumn = columns[cursor.cursor?.column ?? 0];

  return (
    <div className={styles.frame}>
      <NewRowsPill count={fresh} onClick={toTop} />
      <div
        ref={scroller}
        className={styles.scroller}
        onScroll={(event) => setScrolled(event.currentTarget.scrollTop > 2)}
      >
        <div
          role="grid"
          aria-label="Flows"
          aria-rowcount={rows.length + 1}
          aria-colcount={narrow ? undefined : columns.length}
          aria-activedescendant={
            active === null || activeColumn === undefined ? undefined : cellId(active, activeColumn)
          }
          tabIndex={0}
          className={styles.grid}
          data-tint={allDenied ? 'off' : 'on'}
          style={gridStyle(columns, rowHeight, narrow)}
          onKeyDown={cursor.onKeyDown}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
        >
          {!narrow && (
            <TableHead
              columns={columns}
              order={taste.order}
              sort={view.sort}
              onSort={(column) => setView({ sort: nextSort(view.sort, column) })}
              onResize={(id, size) => onTaste({ widths: resized(taste.widths, id, size) })}
              onReorder={(order) => onTaste({ order })}
            />
          )}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the grid around it has the keys */}
          <div
            ref={body}
            role="rowgroup"
            className={styles.body}
            style={{ height: virtual.getTotalSize() }}
            onClick={click}
            onPointerEnter={(event) => event.pointerType !== 'touch' && setPointed(true)}
            onPointerLeave={() => setPointed(false)}
          >
            {virtual.getVirtualItems().map(({ index, start }) => {
              const row = rows[index];
              if (row === undefined) return null;
              const shared = {
                row,
                revision: row.revision,
                index,
                top: start,
                age: window.kind === 'fixed' ? seenText(row.lastSeen, days) : formatAge(now - row.lastSeen),
                late: spark === null ? bucketsSince(row, until, status.bucketMs) : 0,
                selected: row.key === view.selected,
              };
              return narrow ? (
                <NarrowRow key={row.key} {...shared} />
              ) : (
                <FlowRow
                  key={row.key}
                  {...shared}
                  columns={columns}
                  cursor={row.key === cursor.cursor?.key ? cursor.cursor.column : null}
                />
              );
            })}
            {!narrow && <ValueMenu body={body} onFilter={filterBy} />}
          </div>
        </div>
      </div>
    </div>
  );
}

/** What the sparklines span, where it is what was read; they are the last minutes of what streams. */
function sparkLabel(history: HistoryRead | null, playedMs: number | null): string | null {
  if (playedMs !== null) return `Last ${formatDuration(playedMs)}`;
  return history === null ? null : `Over ${formatDuration(history.to - history.from)}`;
}

function seenText(at: number, days: boolean): string {
  return days ? `${formatDay(at)} ${formatTime(at)}` : formatTimeSeconds(at);
}

function gridStyle(
  columns: readonly PlacedColumn[],
  rowHeight: number,
  narrow: boolean,
): React.CSSProperties {
  const total = columns.reduce((sum, column) => sum + column.width, ROW_PADDING);
  const custom = {
    '--columns': columns.map((column) => `${column.width}px`).join(' '),
    '--row-height': `${rowHeight}px`,
  };
  return { ...custom, minWidth: narrow ? 0 : total };
}

function resized(
  widths: TableTaste['widths'],
  id: PlacedColumn['id'],
  width: number | null,
): TableTaste['widths'] {
  const { [id]: _, ...others } = widths;
  return width === null ? others : { ...others, [id]: Math.round(width) };
}

function rowKeyAt(target: Element): string | undefined {
  return target.closest<HTMLElement>('[data-row-key]')?.dataset.rowKey;
}

/** In a cell with several values the last says most: the workload rather than its namespace. */
function lastTargetIn(cell: HTMLElement | null) {
  const values = cell?.querySelectorAll('[data-filter-field]');
  return filterTargetOf(values?.item(values.length - 1) ?? null);
}

function bucketsSince(row: Row, until: number, bucketMs: number): number {
  if (row.sparkAt === 0) return 0;
  return Math.max(0, Math.min(row.spark.length, Math.floor((until - row.sparkAt) / bucketMs)));
}
