import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import styles from './RovingLinks.module.css';

export interface RovingLinksProps {
  readonly label: string;
  readonly count: number;
  /** Draws links that say where they stand in `data-index`; only the active one can be reached with Tab. */
  readonly children: (active: number) => ReactNode;
  /** Where the focus is; null when it left. */
  readonly onActive?: (index: number | null) => void;
}

/** One stop for the Tab key, and arrows from link to link inside. */
export function RovingLinks({ label, count, children, onActive }: RovingLinksProps) {
  const group = useRef<HTMLDivElement>(null);
  const [kept, setKept] = useState(0);
  const active = Math.max(0, Math.min(kept, count - 1));

  const toLink = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = nextOf(event.key, active, count);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    group.current?.querySelector<SVGAElement>(`a[data-index="${next}"]`)?.focus();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms and brings a legend and a border
    <div
      ref={group}
      role="group"
      aria-label={label}
      className={styles.group}
      onKeyDown={toLink}
      onFocus={({ target }) => {
        const index = Number(target.closest('[data-index]')?.getAttribute('data-index') ?? Number.NaN);
        if (Number.isNaN(index)) return;
        setKept(index);
        onActive?.(index);
      }}
      onBlur={() => onActive?.(null)}
    >
      {children(active)}
    </div>
  );
}

function nextOf(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(count - 1, at + 1);
    case 'ArrowLeft':
    case 'ArrowUp':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
