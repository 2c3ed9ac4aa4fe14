import type { RefObject } from 'react';
import { useShortcuts } from '../../../ui/useShortcuts.js';

/** `w` for why, `x` for the fix, `q` for the quarantine: opens the part and goes there, or closes it again. */
export function usePartKeys(panel: RefObject<HTMLElement | null>): void {
  const toggle = (part: string) => {
    const summary = panel.current?.querySelector<HTMLElement>(`[data-part="${part}"] > summary`);
    if (summary == null) return;
    summary.click();
    summary.focus({ preventScroll: true });
    summary.scrollIntoView({ block: 'start' });
  };
  const goTo = (part: string) => {
    const summary = panel.current?.querySelector<HTMLElement>(`[data-part="${part}"] > summary`);
    summary?.focus({ preventScroll: true });
    summary?.scrollIntoView({ block: 'start' });
  };
  useShortcuts([
    ['w', () => toggle('why')],
    ['x', () => goTo('fix')],
    ['q', () => toggle('quarantine')],
  ]);
}
