import { createContext, type KeyboardEvent, type ReactNode, useContext, useRef, useState } from 'react';
import styles from './RovingLinks.module.css';

export interface RovingLinksProps {
  readonly label: string;
  readonly count: number;
  /** Links that say where they stand in `data-index` and have the `useRovingTabIndex` of it. */
  readonly children: ReactNode;
  /** Where the focus is; null when it left. */
  readonly onActive?: (index: number | null) => void;
}

const Active = createContext(0);

/**
 * 0 for the one link of the group around it that the Tab key reaches, else -1. A link asks for itself: a chart that
 * is drawn anew because the focus moved may put another link under a pressed pointer, and the click is lost.
 */
export function useRovingTabIndex(index: number): 0 | -1 {
  return useContext(Active) === index ? 0 : -1;
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
      <Active value={active}>{children}</Active>
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
