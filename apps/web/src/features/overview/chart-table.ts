/** What a chart draws, as rows and columns: for the table in its place, for those who hear it, and for files. */
export interface ChartTable {
  readonly columns: readonly ChartColumn[];
  readonly rows: readonly ChartRow[];
}

export interface ChartColumn {
  readonly label: string;
  /** Numbers stand right, and are plain in files. */
  readonly numeric: boolean;
}

export interface ChartRow {
  readonly key: string;
  readonly cells: readonly ChartCell[];
}

export interface ChartCell {
  /** As it is written to a file. */
  readonly value: string | number;
  /** As it is read. */
  readonly text: string;
  /** The flows behind it. */
  readonly href?: string;
  readonly tone?: 'deny' | 'stage' | undefined;
}

/** Spreadsheets run what begins like this as a formula; names come from outside. */
const FORMULA = /^[=+\-@\t\r]/;

/** The table as a file of values with commas (RFC 4180), with a first line of titles. */
export function csvOf({ columns, rows }: ChartTable): string {
  const lines = [
    columns.map(({ label }) => field(label)),
    ...rows.map(({ cells }) => cells.map(({ value }) => field(value))),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
