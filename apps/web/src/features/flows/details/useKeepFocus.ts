import { type RefObject, useLayoutEffect } from 'react';
import { NARROW } from '../../../ui/useMediaQuery.js';

/**
 * Takes the focus into a panel that covers the page, and hands it back to the table when a panel closes that
 * has it, so that the keyboard goes on where it was.
 */
export function useKeepFocus(panel: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = panel.current;
    if (element !== null && window.matchMedia(NARROW).matches) element.focus({ preventScroll: true });
    return () => {
      if (element?.contains(document.activeElement)) {
        document.querySelector<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true });
      }
    };
  }, [panel]);
}
