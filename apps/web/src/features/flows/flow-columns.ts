/** The columns of the flows table, in their first order. */
export const COLUMN_IDS = [
  'verdict',
  'source',
  'dest',
  'service',
  'protocol',
  'policy',
  'bytes',
  'packets',
  'connections',
  'rate',
  'seen',
] as const;

export type ColumnId = (typeof COLUMN_IDS)[number];

export interface FlowColumn {
  readonly id: ColumnId;
  readonly label: string;
  /** What the header's tooltip adds. */
  readonly help: string;
  /** Its name in the view's sort; null when it has none. */
  readonly sort: string | null;
  readonly align: 'start' | 'end';
  /** px, without which it says nothing. */
  readonly min: number;
  /** Its share of the room that is left over. */
  readonly grow: number;
  /** When there is not room for all, the lowest goes first; Infinity never goes. */
  readonly rank: number;
}

const COLUMNS: Readonly<Record<ColumnId, Omit<FlowColumn, 'id'>>> = {
  verdict: {
    label: 'Verdict',
    help: 'Denied first, then what staged policies would deny, then the newest',
    sort: 'attention',
    align: 'start',
    min: 114,
    grow: 0,
    rank: Number.POSITIVE_INFINITY,
  },
  source: {
    label: 'Source',
    help: 'Who opened the connection',
    sort: 'source',
    align: 'start',
    min: 160,
    grow: 1.25,
    rank: Number.POSITIVE_INFINITY,
  },
  dest: {
    label: 'Destination',
    help: 'Whom it was opened to',
    sort: 'dest',
    align: 'start',
    min: 176,
    grow: 1.45,
    rank: Number.POSITIVE_INFINITY,
  },
  service: {
    label: 'Service / port',
    help: 'The service called and the destination port',
    sort: 'port',
    align: 'start',
    min: 88,
    grow: 0.35,
    rank: 9,
  },
  protocol: { label: 'Proto', help: 'Protocol', sort: 'protocol', align: 'start', min: 48, grow: 0, rank: 3 },
  policy: {
    label: 'Decided by',
    help: 'The policy that decided, and its tier',
    sort: 'policy',
    align: 'start',
    min: 130,
    grow: 1.2,
    rank: 8,
  },
  bytes: {
    label: 'Sent / received',
    help: 'Bytes the source sent and received in this window',
    sort: 'bytes',
    align: 'end',
    min: 122,
    grow: 0,
    rank: 6,
  },
  packets: {
    label: 'Packets',
    help: 'Packets both ways in this window',
    sort: 'packets',
    align: 'end',
    min: 66,
    grow: 0,
    rank: 2,
  },
  connections: {
    label: 'Conns',
    help: 'Connections started in this window',
    sort: 'connections',
    align: 'end',
    min: 68,
    grow: 0,
    rank: 5,
  },
  rate: {
    label: 'Last 5 min',
    help: 'Packets per 15 seconds',
    sort: null,
    align: 'start',
    min: 92,
    grow: 0,
    rank: 4,
  },
  seen: { label: 'Seen', help: 'Last seen', sort: 'seen', align: 'end', min: 68, grow: 0, rank: 7 },
};

export function columnOf(id: ColumnId): FlowColumn {
  return { id, ...COLUMNS[id] };
}

export interface PlacedColumn extends FlowColumn {
  /** px */
  readonly width: number;
}

/** What some columns are called and need while the table shows a window that does not stream. */
export interface WindowColumns {
  /** Of the sparklines, `Over 24 h`; null where they are the last minutes. */
  readonly spark: string | null;
  /** Whether the rows were last seen on several days. */
  readonly days: boolean;
}

const STREAMING: WindowColumns = { spark: null, days: false };
/** px that a day beside the time takes. */
const DAY_ROOM = 30;

/** A column as it is in this window. */
function columnIn(id: ColumnId, { spark, days }: WindowColumns): FlowColumn {
  const column = columnOf(id);
  if (id === 'rate' && spark !== null) return { ...column, label: spark, help: 'Packets over the window' };
  if (id === 'seen' && days) return { ...column, min: column.min + DAY_ROOM };
  return column;
}

/** The narrowest a reader may make a column, px. */
export const NARROWEST = 48;

/**
 * The columns that fit into `room` px, with their widths: those of least rank go first, a width the reader
 * chose is kept, and what is left over goes to the columns that grow.
 */
export function placeColumns(
  ids: readonly ColumnId[],
  chosen: Readonly<Partial<Record<ColumnId, number>>>,
  room: number,
  shown: WindowColumns = STREAMING,
): readonly PlacedColumn[] {
  let columns = ids.map((id) => columnIn(id, shown));
  const widthOf = (column: FlowColumn): number => chosen[column.id] ?? column.min;
  const total = (): number => columns.reduce((sum, column) => sum + widthOf(column), 0);
  while (total() > room) {
    const least = columns.reduce((a, b) => (b.rank < a.rank ? b : a));
    if (least.rank === Number.POSITIVE_INFINITY) break;
    columns = columns.filter((column) => column !== least);
  }
  const spare = Math.max(0, room - total());
  const growing = columns.filter((column) => chosen[column.id] === undefined);
  const shares = growing.reduce((sum, column) => sum + column.grow, 0);
  return columns.map((column) => {
    const share = growing.includes(column) && shares > 0 ? (spare * column.grow) / shares : 0;
    return { ...column, width: Math.floor(widthOf(column) + share) };
  });
}
