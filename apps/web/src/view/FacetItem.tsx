import { Ban, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatCount, formatShort } from '../ui/format.js';
import styles from './Facets.module.css';
import type { Choice } from './facet-list.js';

export interface FacetItemProps {
  readonly name: string;
  readonly count: number | null;
  /** 0 to 1: its count against the largest of the list. */
  readonly share: number;
  readonly choice: Choice;
  readonly disabled: boolean;
  readonly mark?: ReactNode;
  readonly tone?: 'deny' | 'stage' | null;
  readonly onToggle: (choice: 'only' | 'without') => void;
}

/** One value: a click filters by it, Alt-click or the button beside it against it. */
export function FacetItem({
  name,
  count,
  share,
  choice,
  disabled,
  mark,
  tone = null,
  onToggle,
}: FacetItemProps) {
  const without = choice === 'without';
  return (
    <li className={styles.item} data-choice={choice ?? undefined} data-tone={tone ?? undefined}>
      <button
        type="button"
        className={styles.value}
        aria-pressed={choice === 'only'}
        disabled={disabled}
        title={`${name}: ${formatCount(count)}`}
        onClick={(event) => onToggle(event.altKey ? 'without' : 'only')}
      >
        {mark}
        <span className={styles.name}>
          {without && <span className="visually-hidden">without </span>}
          {name}
        </span>
        <span className={styles.count}>{formatShort(count)}</span>
        <span className={styles.bar} style={{ transform: `scaleX(${share})` }} aria-hidden="true" />
      </button>
      <button
        type="button"
        className={styles.exclude}
        aria-label={`Without ${name}`}
        aria-pressed={without}
        title={without ? `With ${name} again` : `Without ${name} (Alt-click)`}
        disabled={disabled}
        onClick={() => onToggle('without')}
      >
        {without ? <Undo2 size={12} aria-hidden="true" /> : <Ban size={12} aria-hidden="true" />}
      </button>
    </li>
  );
}
