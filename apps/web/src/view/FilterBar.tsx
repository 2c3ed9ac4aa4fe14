import { useState } from 'react';
import { useView } from './useView.js';

/** The filter as text. */
export function FilterBar() {
  const [view, setView] = useView();
  const [draft, setDraft] = useState(view.filter);
  return (
    <input
      data-filter-input
      aria-label="Filter"
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={(event) => event.key === 'Enter' && setView({ filter: draft, disabled: [] })}
    />
  );
}
