import type { ReactNode } from 'react';
import styles from './FilterValue.module.css';

export interface FilterValueProps {
  readonly field: string;
  readonly value: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/**
 * A value that is filtered by on a click, and against with Alt. The table listens for all of them at once
 * and reads what they stand for from the data attributes; by keyboard, `f` does it for the cell.
 */
export function FilterValue({ field, value, className, children }: FilterValueProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      data-filter-field={field}
      data-filter-value={value}
      className={`${styles.value} ${className ?? ''}`}
    >
      {children}
    </button>
  );
}

export interface FilterTarget {
  readonly field: string;
  readonly value: string;
  readonly element: HTMLElement;
}

/** The value an event happened on, if it was one. */
export function filterTargetOf(target: EventTarget | null): FilterTarget | null {
  if (!(target instanceof Element)) return null;
  const element = target.closest<HTMLElement>('[data-filter-field]');
  const field = element?.dataset.filterField;
  const value = element?.dataset.filterValue;
  return element === null || field === undefined || value === undefined ? null : { field, value, element };
}
