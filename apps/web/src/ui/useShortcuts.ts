import { useEffect, useRef } from 'react';

export type Shortcuts = readonly (readonly [key: string, act: (event: KeyboardEvent) => void])[];

/**
 * Keys that work anywhere on the page, under their `KeyboardEvent.key`. Not while someone types, not inside
 * a dialog, and not for keys that press the button in focus.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTaken(event)) return;
      const act = latest.current.find(([key]) => key === event.key)?.[1];
      if (act === undefined) return;
      event.preventDefault();
      act(event);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** The keys that move a slider. */
const STEERS: ReadonlySet<string> = new Set([
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
]);

/** Whether a key belongs to what has the focus, or to what lies over the page. */
export function isTaken(event: KeyboardEvent): boolean {
  const { target, key } = event;
  // Escape is for what lies on top, which the browser closes by itself.
  if (document.querySelector('dialog[open], [popover]:popover-open') !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  // Nobody types into a slider: dragging one leaves the focus there, and the other keys are still the page's.
  if (target instanceof HTMLInputElement && target.type === 'range') return STEERS.has(key);
  if (target.isContentEditable || target.closest('input, textarea, select, dialog, [popover]') !== null) {
    return true;
  }
  return (key === ' ' || key === 'Enter') && target.closest('button, a, summary, [role="slider"]') !== null;
}
