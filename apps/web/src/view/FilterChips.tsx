import { type Ref, useState } from 'react';
import { negateClause, removeClause, switchClause } from './clause-edits.js';
import { FilterChip } from './FilterChip.js';
import styles from './FilterChip.module.css';
import type { Clause } from './filter-clauses.js';
import { useView } from './useView.js';

export interface FilterChipsProps {
  readonly ref: Ref<HTMLUListElement>;
  readonly clauses: readonly Clause[];
  /** Position of the clause that is in the input; -1 for none. */
  readonly editing: number;
  readonly onEdit: (clause: Clause) => void;
  /** The focus goes on to the input. */
  readonly onLeave: () => void;
}

/** The clauses of the filter. One of them is a tab stop; arrow keys go from one to the next. */
export function FilterChips({ ref, clauses, editing, onEdit, onLeave }: FilterChipsProps) {
  const [view, setView] = useView();
  const [current, setCurrent] = useState<number | null>(null);
  if (clauses.length === 0) return null;
  const stop = Math.min(current ?? clauses.length - 1, clauses.length - 1);

  const focus = (list: Element | null, index: number) => {
    if (index >= clauses.length) onLeave();
    else list?.querySelectorAll<HTMLElement>('[data-chip]')[Math.max(0, index)]?.focus();
  };
  const remove = (index: number) => {
    setView(removeClause(view, index));
    // The chip after it slides into its element and so keeps the focus; after the last there is none.
    if (index === clauses.length - 1) onLeave();
  };
  const onKey = (event: React.KeyboardEvent<HTMLElement>, index: number, clause: Clause) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const list = event.currentTarget.closest('ul');
    const acts: readonly (readonly [key: string, act: () => void])[] = [
      ['ArrowLeft', () => focus(list, index - 1)],
      ['ArrowRight', () => focus(list, index + 1)],
      ['Home', () => focus(list, 0)],
      ['End', onLeave],
      ['Escape', onLeave],
      ['Enter', () => onEdit(clause)],
      ['Delete', () => remove(index)],
      ['Backspace', () => remove(index)],
      [' ', () => setView(switchClause(view, index))],
      ['-', () => setView(negateClause(view, index))],
    ];
    const act = acts.find(([key]) => key === event.key)?.[1];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <ul ref={ref} className={styles.chips} aria-label="Clauses of the filter">
      {clauses.map((clause, index) => (
        <FilterChip
          // By place: a chip whose clause is negated or follows a removed one keeps the focus.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          clause={clause}
          editing={index === editing}
          tabStop={index === stop}
          onFocus={() => setCurrent(index)}
          onKeyDown={(event) => onKey(event, index, clause)}
          onEdit={() => onEdit(clause)}
          onNegate={() => setView(negateClause(view, index))}
          onSwitch={() => setView(switchClause(view, index))}
          onRemove={() => {
            setView(removeClause(view, index));
            onLeave();
          }}
        />
      ))}
    </ul>
  );
}
