/** A card's place: which column with cards, and which card in it. */
export interface CardPlace {
  readonly column: number;
  readonly row: number;
}

/**
 * Where a key leads from a card; `rows` says how many cards each column has. Columns without cards are passed over,
 * and a shorter one is entered at its last card. Null where the key leads nowhere.
 */
export function nextCard(key: string, { column, row }: CardPlace, rows: readonly number[]): CardPlace | null {
  const here = rows[column] ?? 0;
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return row + 1 < here ? { column, row: row + 1 } : null;
    case 'ArrowUp':
    case 'k':
      return row > 0 ? { column, row: row - 1 } : null;
    case 'ArrowRight':
      return beside(column, row, 1, rows);
    case 'ArrowLeft':
      return beside(column, row, -1, rows);
    case 'Home':
      return { column, row: 0 };
    case 'End':
      return { column, row: Math.max(0, here - 1) };
    default:
      return null;
  }
}

function beside(column: number, row: number, step: 1 | -1, rows: readonly number[]): CardPlace | null {
  for (let at = column + step; at >= 0 && at < rows.length; at += step) {
    const count = rows[at] ?? 0;
    if (count > 0) return { column: at, row: Math.min(row, count - 1) };
  }
  return null;
}

/** The place itself if there is a card, else the nearest that is; null on a board without any. */
export function keptPlace({ column, row }: CardPlace, rows: readonly number[]): CardPlace | null {
  const count = rows[column] ?? 0;
  if (count > 0) return { column, row: Math.min(row, count - 1) };
  const first = rows.findIndex((cards) => cards > 0);
  return first === -1 ? null : { column: first, row: 0 };
}
