import { Copy, Minus, Plus } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { IconButton } from '../../ui/IconButton.js';
import { type FilterTarget, filterTargetOf } from './FilterValue.js';
import styles from './ValueMenu.module.css';

export interface ValueMenuProps {
  /** Where the values are; the menu stands in the same scrolling box. */
  readonly body: RefObject<HTMLElement | null>;
  readonly onFilter: (field: string, op: '=' | '!=', value: string) => void;
}

interface Shown extends FilterTarget {
  readonly left: number;
  readonly top: number;
}

/** ms the pointer rests on a value before its menu comes, so that sweeping over the table stays calm. */
const REST = 350;

/** What can be done with the value under the pointer: filter by it, against it, copy it. */
export function ValueMenu({ body, onFilter }: ValueMenuProps) {
  const [shown, setShown] = useState<Shown | null>(null);

  useEffect(() => {
    const element = body.current;
    if (element === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      setShown(null);
    };
    const over = (event: PointerEvent) => {
      if (event.pointerType === 'touch') return;
      if (event.target instanceof Element && event.target.closest('[data-value-menu]') !== null) return;
      const target = filterTargetOf(event.target);
      hide();
      if (target === null) return;
      timer = setTimeout(() => setShown(placed(target, element)), REST);
    };
    const scroller = element.parentElement;
    element.addEventListener('pointerover', over);
    element.addEventListener('pointerleave', hide);
    scroller?.addEventListener('scroll', hide, { passive: true });
    return () => {
      hide();
      element.removeEventListener('pointerover', over);
      element.removeEventListener('pointerleave', hide);
      scroller?.removeEventListener('scroll', hide);
    };
  }, [body]);

  if (shown === null) return null;
  const { field, value } = shown;
  const act = (task: () => void) => () => {
    task();
    setShown(null);
  };
  return (
    <div
      data-value-menu
      aria-hidden="true"
      className={styles.menu}
      style={{ left: shown.left, top: shown.top }}
    >
      <IconButton
        label={`Only ${field} = ${value}`}
        tabIndex={-1}
        className={styles.button}
        onClick={act(() => onFilter(field, '=', value))}
      >
        <Plus size={13} aria-hidden="true" />
      </IconButton>
      <IconButton
        label={`Without ${field} = ${value}`}
        shortcut="Alt-click"
        tabIndex={-1}
        className={styles.button}
        onClick={act(() => onFilter(field, '!=', value))}
      >
        <Minus size={13} aria-hidden="true" />
      </IconButton>
      <IconButton
        label="Copy"
        tabIndex={-1}
        className={styles.button}
        onClick={act(() => void navigator.clipboard?.writeText(value))}
      >
        <Copy size={12} aria-hidden="true" />
      </IconButton>
    </div>
  );
}

function placed(target: FilterTarget, body: HTMLElement): Shown {
  const value = target.element.getBoundingClientRect();
  const frame = body.getBoundingClientRect();
  return { ...target, left: value.right - frame.left + 2, top: value.top + value.height / 2 - frame.top };
}
