import { type ReactNode, type RefObject, useCallback, useEffect, useId, useRef, useState } from 'react';
import styles from './Popover.module.css';

export interface PopoverTriggerProps {
  readonly ref: RefObject<HTMLButtonElement | null>;
  readonly onClick: () => void;
  readonly 'aria-expanded': boolean;
  readonly 'aria-controls': string;
}

export interface PopoverProps {
  /** Draws the button; spread the props onto it. */
  readonly trigger: (props: PopoverTriggerProps) => ReactNode;
  readonly label: string;
  readonly align?: 'start' | 'end';
  readonly children: ReactNode | ((close: () => void) => ReactNode);
}

const GAP = 6;
/** What stays free between a panel and the edge of the window. */
const MARGIN = 8;

/** A small panel under its button. The browser closes it on Escape and on a click elsewhere. */
export function Popover({ trigger, label, align = 'start', children }: PopoverProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  const toggle = useCallback(() => {
    panel.current?.togglePopover();
  }, []);
  const close = useCallback(() => {
    panel.current?.hidePopover();
    button.current?.focus();
  }, []);

  useEffect(() => {
    const element = panel.current;
    if (element === null) return;
    const onToggle = (event: Event) => {
      const opens = (event as ToggleEvent).newState === 'open';
      if (opens && button.current !== null) place(element, button.current, align);
      setOpen(opens);
    };
    // Before it shows, so that it never flashes in the wrong place; after, its size is known.
    element.addEventListener('beforetoggle', onToggle);
    element.addEventListener('toggle', onToggle);
    return () => {
      element.removeEventListener('beforetoggle', onToggle);
      element.removeEventListener('toggle', onToggle);
    };
  }, [align]);

  return (
    <>
      {trigger({ ref: button, onClick: toggle, 'aria-expanded': open, 'aria-controls': id })}
      <div ref={panel} id={id} popover="auto" role="dialog" aria-label={label} className={styles.panel}>
        {open && (typeof children === 'function' ? children(close) : children)}
      </div>
    </>
  );
}

function place(panel: HTMLElement, button: HTMLElement, align: 'start' | 'end'): void {
  const at = button.getBoundingClientRect();
  panel.style.top = `${at.bottom + GAP}px`;
  if (align === 'end') {
    const { clientWidth } = document.documentElement;
    // On a phone the panel may be wider than what is left of its button's right edge.
    const most = clientWidth - panel.offsetWidth - MARGIN;
    panel.style.right = `${Math.max(MARGIN, Math.min(most, clientWidth - at.right))}px`;
    panel.style.left = 'auto';
  } else {
    // Likewise at the other edge.
    const most = document.documentElement.clientWidth - panel.offsetWidth - MARGIN;
    panel.style.left = `${Math.max(MARGIN, Math.min(most, at.left))}px`;
    panel.style.right = 'auto';
  }
  panel.style.maxHeight = `calc(100dvh - ${at.bottom + GAP + 12}px)`;
}
