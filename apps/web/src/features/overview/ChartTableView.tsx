import styles from './ChartTableView.module.css';
import type { ChartCell, ChartTable } from './chart-table.js';

export interface ChartTableViewProps {
  readonly title: string;
  readonly table: ChartTable;
  /** Else it is there to be heard, without links, which the chart has. */
  readonly shown: boolean;
}

/** The numbers of a chart. */
export function ChartTableView({ title, table, shown }: ChartTableViewProps) {
  const { columns, rows } = table;
  const content = (
    <table className={styles.table}>
      <caption className="visually-hidden">{title}</caption>
      <thead>
        <tr>
          {columns.map(({ label, numeric }) => (
            <th key={label} scope="col" data-align={numeric ? 'end' : undefined}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key}>
            {cells.map((cell, at) =>
              at === 0 ? (
                <th key={columns[at]?.label} scope="row">
                  <Content cell={cell} linked={shown} />
                </th>
              ) : (
                <td
                  key={columns[at]?.label}
                  data-align={columns[at]?.numeric ? 'end' : undefined}
                  data-numeric={columns[at]?.numeric || undefined}
                  data-tone={cell.tone}
                >
                  <Content cell={cell} linked={shown} />
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
  if (!shown) return <div className="visually-hidden">{content}</div>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be within reach of the keyboard
    <section className={styles.scroll} tabIndex={0} aria-label={`${title}, table`}>
      {content}
    </section>
  );
}

function Content({ cell, linked }: { readonly cell: ChartCell; readonly linked: boolean }) {
  return linked && cell.href !== undefined ? <a href={cell.href}>{cell.text}</a> : cell.text;
}
