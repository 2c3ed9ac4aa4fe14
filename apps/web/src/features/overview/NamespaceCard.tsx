import type { Filter } from '@vibrissa/model';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import { formatBytes, formatCount, plural } from '../../ui/format.js';
import { flowsHref, is } from '../../view/flows-link.js';
import type { View } from '../../view/view-url.js';
import cardStyles from './ChartCard.module.css';
import { ChartMenu } from './ChartMenu.js';
import type { ChartTable } from './chart-table.js';
import { DENIED, LEAVES, WOULD_BE_DENIED } from './facts.js';
import styles from './NamespaceCard.module.css';
import {
  type NamespaceColumn,
  type NamespaceRow,
  namespaceRows,
  sortedNamespaces,
} from './namespace-rows.js';
import { Problem } from './Problem.js';
import { fileNameOf, type Told } from './picture-texts.js';
import type { Namespaces } from './useOverview.js';

export interface NamespaceCardProps {
  readonly answers: Namespaces;
  readonly view: View;
  readonly told: Told;
}

interface Column {
  readonly id: Exclude<NamespaceColumn, 'namespace'>;
  readonly label: string;
  readonly bytes: boolean;
  readonly tone?: 'deny' | 'stage';
  readonly only: readonly Filter[];
}

const COLUMNS: readonly Column[] = [
  { id: 'denied', label: 'Denied', bytes: false, tone: 'deny', only: DENIED },
  { id: 'wouldBeDenied', label: 'Would be denied', bytes: false, tone: 'stage', only: WOULD_BE_DENIED },
  { id: 'flows', label: 'Connections', bytes: false, only: [] },
  { id: 'bytes', label: 'Bytes', bytes: true, only: [] },
  { id: 'leaving', label: 'Left the cluster', bytes: true, only: LEAVES },
];

const TITLE = 'Namespaces';

/** A line for each namespace; what is denied stands first. */
export function NamespaceCard({ answers, view, told }: NamespaceCardProps) {
  const id = useId();
  const [sort, setSort] = useState<{ readonly column: NamespaceColumn; readonly descending: boolean }>({
    column: 'denied',
    descending: true,
  });
  const { all, denied, wouldBeDenied, leaving } = answers;
  const [some, staged, left] = [denied.data, wouldBeDenied.data, leaving.data];
  // biome-ignore lint/correctness/useExhaustiveDependencies: the answers are new objects on every drawing, their data are not
  const rows = useMemo(
    () => sortedNamespaces(namespaceRows(answers), sort.column, sort.descending),
    [all.data, some, staged, left, sort],
  );
  const table = useMemo(() => tableOf(rows, view), [rows, view]);
  const total = all.data?.total ?? 0;
  const known = all.data !== undefined;

  return (
    <section aria-labelledby={id} className={cardStyles.card} data-wide>
      <header className={cardStyles.head}>
        <h2 id={id} className={cardStyles.title}>
          {TITLE}
        </h2>
        <div className={cardStyles.note} data-numeric>
          {known && total > 0 && (
            <>
              <b>{plural(total, 'namespace')}</b>
              {total > rows.length && `, the first ${formatCount(rows.length)} here`}
            </>
          )}
        </div>
        <div className={cardStyles.tools} data-shown={rows.length > 0 || undefined}>
          <ChartMenu
            title={TITLE}
            texts={told.texts(TITLE)}
            fileName={fileNameOf('namespaces', told)}
            table={table}
            chart={null}
          />
        </div>
      </header>
      <div className={styles.body} data-empty={rows.length === 0 || undefined}>
        {!known && (all.error !== null || all.stopped) && <Problem asked={all} />}
        {!known && all.error === null && !all.stopped && (
          <div className={cardStyles.skeleton} role="status" aria-label={`Loading ${TITLE}`}>
            {[96, 88, 93, 80, 85, 76].map((width) => (
              <i key={width} style={{ width: `${width}%` }} />
            ))}
          </div>
        )}
        {known && rows.length === 0 && (
          <p className={cardStyles.empty}>No namespace was seen in this window.</p>
        )}
        {rows.length > 0 && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be within reach of the keyboard
          <section className={styles.scroll} tabIndex={0} aria-label="Namespaces, table">
            <table className={styles.table}>
              <caption className="visually-hidden">Connections from and to each namespace</caption>
              <thead>
                <tr>
                  <Heading id="namespace" label="Namespace" sort={sort} onSort={setSort} />
                  {COLUMNS.map((column) => (
                    <Heading
                      key={column.id}
                      id={column.id}
                      label={column.label}
                      sort={sort}
                      onSort={setSort}
                    />
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.namespace}>
                    <th scope="row">
                      <a href={flowsHref(view, clausesOf(row.namespace))}>{nameOf(row.namespace)}</a>
                    </th>
                    {COLUMNS.map((column) => (
                      <Amount key={column.id} row={row} column={column} view={view} />
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </div>
    </section>
  );
}

interface HeadingProps {
  readonly id: NamespaceColumn;
  readonly label: string;
  readonly sort: { readonly column: NamespaceColumn; readonly descending: boolean };
  readonly onSort: (sort: { readonly column: NamespaceColumn; readonly descending: boolean }) => void;
}

function Heading({ id, label, sort, onSort }: HeadingProps) {
  const sorted = sort.column === id;
  const text = id === 'namespace';
  return (
    <th scope="col" aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : undefined}>
      <button
        type="button"
        className={styles.sort}
        onClick={() => onSort({ column: id, descending: sorted ? !sort.descending : !text })}
      >
        {label}
        {sorted && (sort.descending ? <ArrowDown size={12} /> : <ArrowUp size={12} />)}
      </button>
    </th>
  );
}

function Amount({
  row,
  column,
  view,
}: {
  readonly row: NamespaceRow;
  readonly column: Column;
  readonly view: View;
}) {
  const amount = row[column.id];
  const text = column.bytes ? formatBytes(amount) : formatCount(amount);
  if (amount === null || amount === 0) {
    return (
      <td data-numeric data-none>
        {text}
      </td>
    );
  }
  const sort = column.bytes ? { sort: { column: 'bytes', descending: true } } : {};
  return (
    <td data-numeric data-tone={column.tone}>
      <a
        href={flowsHref(view, [...clausesOf(row.namespace), ...column.only], sort)}
        aria-label={`${nameOf(row.namespace)}, ${column.label.toLowerCase()}: ${text}`}
      >
        {text}
      </a>
    </td>
  );
}

function nameOf(namespace: string): string {
  return namespace === '' ? 'without a namespace' : namespace;
}

function clausesOf(namespace: string): readonly Filter[] {
  return namespace === ''
    ? [is('source.namespace', ''), is('dest.namespace', '')]
    : [is('namespace', namespace)];
}

function tableOf(rows: readonly NamespaceRow[], view: View): ChartTable {
  return {
    columns: [
      { label: 'Namespace', numeric: false },
      ...COLUMNS.map(({ label, bytes }) => ({
        label: bytes ? `${label}, bytes`.replace('Bytes, bytes', 'Bytes') : label,
        numeric: true,
      })),
    ],
    rows: rows.map((row) => ({
      key: row.namespace,
      cells: [
        {
          value: row.namespace,
          text: nameOf(row.namespace),
          href: flowsHref(view, clausesOf(row.namespace)),
        },
        ...COLUMNS.map(({ id }) => ({ value: row[id] ?? '', text: formatCount(row[id]) })),
      ],
    })),
  };
}
