import type { Completion } from '@vibrissa/model';
import { useEffect, useRef } from 'react';
import { Kbd } from '../ui/Kbd.js';
import styles from './FilterInput.module.css';

export interface CompletionListProps {
  readonly id: string;
  readonly items: readonly Completion[];
  /** Position of the one that Enter takes; -1 for none. */
  readonly active: number;
  readonly loading: boolean;
  /** Whether the words beside the options are counts. */
  readonly counted: boolean;
  readonly onTake: (item: Completion) => void;
}

/** The id of an option, for `aria-activedescendant`. */
export function optionId(listId: string, index: number): string {
  return `${listId}-${index}`;
}

/** What could stand at the caret. The focus stays in the input. */
export function CompletionList({ id, items, active, loading, counted, onTake }: CompletionListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    // A press must not take the focus from the input, which would close the list before the click.
    <div className={styles.popup} onPointerDown={(event) => event.preventDefault()}>
      <div ref={list} id={id} role="listbox" aria-label="Completions" className={styles.list}>
        {items.map((item, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input has the focus and takes the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the input points at it
          <div
            key={item.label}
            id={optionId(id, index)}
            role="option"
            aria-selected={index === active}
            className={styles.option}
            onClick={() => onTake(item)}
          >
            <span className={styles.label}>{item.label}</span>
            <span className={`${styles.help} ${counted ? styles.number : ''}`}>{item.help}</span>
          </div>
        ))}
      </div>
      {loading && <p className={styles.loading}>Looking for values …</p>}
      <p className={styles.keys} aria-hidden="true">
        <Kbd>↑</Kbd>
        <Kbd>↓</Kbd> choose <Kbd>Tab</Kbd> complete <Kbd>Enter</Kbd> apply
      </p>
    </div>
  );
}
