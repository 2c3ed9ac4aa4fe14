import { ArrowDown, ArrowUp, SlidersHorizontal } from 'lucide-react';
import { Button } from '../../ui/Button.js';
import { IconButton } from '../../ui/IconButton.js';
import { Popover } from '../../ui/Popover.js';
import { Segmented } from '../../ui/Segmented.js';
import styles from './ColumnMenu.module.css';
import { type ColumnId, columnOf } from './flow-columns.js';
import { DEFAULT_TASTE, moveColumn, type TableTaste } from './table-taste.js';
import type { ChangeTaste } from './useTableTaste.js';

export interface ColumnMenuProps {
  readonly taste: TableTaste;
  readonly onTaste: ChangeTaste;
}

/** Which columns there are, in which order, and how tall the rows. */
export function ColumnMenu({ taste, onTaste }: ColumnMenuProps) {
  const toggle = (id: ColumnId, show: boolean) =>
    onTaste({ hidden: show ? taste.hidden.filter((other) => other !== id) : [...taste.hidden, id] });

  const move = (id: ColumnId, by: number) => {
    const target = taste.order[taste.order.indexOf(id) + by];
    if (target !== undefined) onTaste({ order: moveColumn(taste.order, id, target) });
  };

  return (
    <Popover
      label="Columns and density"
      align="end"
      trigger={(props) => (
        <Button kind="quiet" {...props}>
          <SlidersHorizontal size={14} aria-hidden="true" />
          Columns
        </Button>
      )}
    >
      <div className={styles.density}>
        <span>Density</span>
        <Segmented
          label="Density"
          value={taste.density}
          options={[
            { value: 'comfortable', label: 'Comfortable' },
            { value: 'compact', label: 'Compact' },
          ]}
          onChange={(density) => onTaste({ density })}
        />
      </div>
      <ul className={styles.list}>
        {taste.order.map((id, at) => {
          const { label } = columnOf(id);
          return (
            <li key={id} className={styles.item}>
              <label className={styles.label}>
                <input
                  type="checkbox"
                  checked={!taste.hidden.includes(id)}
                  disabled={id === 'verdict'}
                  onChange={(event) => toggle(id, event.target.checked)}
                />
                {label}
              </label>
              <IconButton
                label={`Move ${label} left`}
                className={styles.move}
                disabled={at === 0}
                onClick={() => move(id, -1)}
              >
                <ArrowUp size={13} aria-hidden="true" />
              </IconButton>
              <IconButton
                label={`Move ${label} right`}
                className={styles.move}
                disabled={at === taste.order.length - 1}
                onClick={() => move(id, 1)}
              >
                <ArrowDown size={13} aria-hidden="true" />
              </IconButton>
            </li>
          );
        })}
      </ul>
      <p className={styles.note}>Columns without room for them wait until there is.</p>
      <Button kind="quiet" onClick={() => onTaste(DEFAULT_TASTE)}>
        Reset
      </Button>
    </Popover>
  );
}
