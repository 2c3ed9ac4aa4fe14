import styles from './ChartTableView.module.css';
import type { ChartTable } from './chart-table.js';

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
            {cells.map(({ text, href, tone }, at) => {
              const numeric = columns[at]?.numeric ?? false;
              const content = shown && href !== undefined ? <a href={href}>{text}</a> : text;
              return at === 0 ? (
                <th key={columns[at]?.label} scope="row">
                  {content}
                </th>
              ) : (
                <td
                  key={columns[at]?.label}
                  data-align={numeric ? 'end' : undefined}
                  data-numeric={numeric || undefined}
                  data-tone={tone}
                >
                  {content}
                </td>
              );
            })}
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
