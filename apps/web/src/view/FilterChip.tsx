import { Eye, EyeOff, Pencil, X } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { IconButton } from '../ui/IconButton.js';
import { chipName, chipParts } from './chip-parts.js';
import styles from './FilterChip.module.css';
import type { Clause } from './filter-clauses.js';

export interface FilterChipProps {
  readonly clause: Clause;
  /** Whether its text is in the input just now. */
  readonly editing: boolean;
  readonly tabStop: boolean;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly onEdit: () => void;
  readonly onNegate: () => void;
  readonly onSwitch: () => void;
  readonly onRemove: () => void;
}

const KEYS = 'Enter edits, minus negates, space switches off or on, delete removes.';

/** One clause. What can be done with it besides is in a small bar under it while it is pointed at or in focus. */
export function FilterChip({ clause, editing, tabStop, ...on }: FilterChipProps) {
  const { negated, subject, operator, value } = chipParts(clause.node);
  const button = useRef<HTMLButtonElement>(null);
  const hadFocus = useRef(false);
  const state = clause.disabled ? 'off' : editing ? 'editing' : negated ? 'negated' : undefined;
  return (
    <li className={styles.chip} data-state={state} data-negated={negated || undefined}>
      <button
        ref={button}
        type="button"
        data-chip
        tabIndex={tabStop ? 0 : -1}
        className={styles.text}
        aria-description={`${chipName(clause.node, clause.disabled)}. ${KEYS}`}
        title={clause.text}
        onFocus={on.onFocus}
        onKeyDown={on.onKeyDown}
        onPointerDown={() => {
          hadFocus.current = document.activeElement === button.current;
        }}
        onClick={({ nativeEvent }) => {
          // A finger cannot point without pressing: its first tap shows the bar.
          const touched = nativeEvent instanceof PointerEvent && nativeEvent.pointerType === 'touch';
          if (touched && !hadFocus.current) button.current?.focus();
          else on.onEdit();
        }}
      >
        {negated && operator !== '≠' && operator !== '∌' && <span className={styles.not}>not</span>}
        {subject !== '' && <span className={styles.subject}>{subject}</span>}
        {operator !== '' && <span className={styles.operator}>{operator}</span>}
        <span className={styles.value}>{value}</span>
      </button>
      <button
        type="button"
        tabIndex={-1}
        className={styles.remove}
        aria-label={`Remove ${chipName(clause.node, false)}`}
        onClick={on.onRemove}
      >
        <X size={12} aria-hidden="true" />
      </button>
      <div className={styles.bar}>
        <div className={styles.tools}>
          <IconButton label="Edit" shortcut="Enter" tabIndex={-1} className={styles.tool} onClick={on.onEdit}>
            <Pencil size={12} aria-hidden="true" />
          </IconButton>
          <IconButton
            label={negated ? 'Undo the negation' : 'Negate'}
            shortcut="-"
            tabIndex={-1}
            className={styles.tool}
            onClick={on.onNegate}
          >
            <span className={styles.sign} aria-hidden="true">
              {negated ? '=' : '≠'}
            </span>
          </IconButton>
          <IconButton
            label={clause.disabled ? 'Switch on' : 'Switch off'}
            shortcut="Space"
            tabIndex={-1}
            className={styles.tool}
            onClick={on.onSwitch}
          >
            {clause.disabled ? <Eye size={13} aria-hidden="true" /> : <EyeOff size={13} aria-hidden="true" />}
          </IconButton>
        </div>
      </div>
    </li>
  );
}
