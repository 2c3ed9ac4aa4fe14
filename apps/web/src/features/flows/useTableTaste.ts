import { useCallback, useState } from 'react';
import { storedTaste, type TableTaste } from './table-taste.js';

export type ChangeTaste = (change: Partial<TableTaste>) => void;

/** How this reader likes the table, and how to change it. */
export function useTableTaste(): readonly [TableTaste, ChangeTaste] {
  const [taste, setTaste] = useState(storedTaste.read);
  const change = useCallback<ChangeTaste>((part) => {
    setTaste((now) => {
      const next = { ...now, ...part };
      storedTaste.write(next);
      return next;
    });
  }, []);
  return [taste, change];
}
