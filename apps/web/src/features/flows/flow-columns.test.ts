import { describe, expect, it } from 'vitest';
import { COLUMN_IDS, columnOf, placeColumns } from './flow-columns.js';
import { nextSort } from './next-sort.js';
import { DEFAULT_TASTE, moveColumn, tasteFrom } from './table-taste.js';

const ALL = COLUMN_IDS.reduce((sum, id) => sum + columnOf(id).min, 0);

function idsAt(room: number): readonly string[] {
  return placeColumns(COLUMN_IDS, {}, room).map(({ id }) => id);
}

describe('placeColumns', () => {
  it('shows all columns where there is room, and fills it', () => {
    const placed = placeColumns(COLUMN_IDS, {}, ALL + 300);
    expect(placed.map(({ id }) => id)).toEqual(COLUMN_IDS);
    const total = placed.reduce((sum, { width }) => sum + width, 0);
    expect(total).toBeLessThanOrEqual(ALL + 300);
    expect(total).toBeGreaterThan(ALL + 290);
  });

  it('lets the least important go first, and never who, whom and the verdict', () => {
    expect(idsAt(ALL - 1)).not.toContain('packets');
    expect(idsAt(ALL - 1)).toHaveLength(COLUMN_IDS.length - 1);
    expect(idsAt(10)).toEqual(['verdict', 'source', 'dest']);
  });

  it('keeps a width the reader chose', () => {
    const placed = placeColumns(COLUMN_IDS, { source: 333 }, ALL + 500);
    expect(placed.find(({ id }) => id === 'source')?.width).toBe(333);
  });
});

describe('taste', () => {
  it('survives nonsense', () => {
    expect(tasteFrom(null)).toEqual(DEFAULT_TASTE);
    expect(
      tasteFrom({ order: 'no', hidden: [1, 'verdict', 'rate'], widths: { rate: 9, x: 80 }, density: 4 }),
    ).toEqual({
      order: COLUMN_IDS,
      hidden: ['rate'],
      widths: {},
      density: 'comfortable',
    });
  });

  it('gives a column it has never heard of its place', () => {
    const order = COLUMN_IDS.filter((id) => id !== 'protocol');
    expect(tasteFrom({ order }).order).toEqual(COLUMN_IDS);
  });

  it('moves a column to where another stands', () => {
    expect(moveColumn(['verdict', 'source', 'dest'], 'verdict', 'dest')).toEqual([
      'source',
      'dest',
      'verdict',
    ]);
    expect(moveColumn(['verdict', 'source', 'dest'], 'dest', 'verdict')).toEqual([
      'dest',
      'verdict',
      'source',
    ]);
    expect(moveColumn(['verdict', 'source'], 'source', 'source')).toEqual(['verdict', 'source']);
  });
});

describe('nextSort', () => {
  const attention = { column: 'attention', descending: true };
  const bytes = { sort: 'bytes', align: 'end' } as const;
  const source = { sort: 'source', align: 'start' } as const;

  it('starts with large numbers and with A, turns round, then goes back to attention', () => {
    expect(nextSort(attention, bytes)).toEqual({ column: 'bytes', descending: true });
    expect(nextSort({ column: 'bytes', descending: true }, bytes)).toEqual({
      column: 'bytes',
      descending: false,
    });
    expect(nextSort({ column: 'bytes', descending: false }, bytes)).toEqual(attention);
    expect(nextSort(attention, source)).toEqual({ column: 'source', descending: false });
  });

  it('leaves the sort alone for a column that has none', () => {
    expect(nextSort(attention, { sort: null, align: 'start' })).toBe(attention);
  });
});
