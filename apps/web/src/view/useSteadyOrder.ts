import { type FocusEvent, useRef, useState } from 'react';

/** Tells whether a part of the page is in use, so that nothing in it moves meanwhile. */
export function useInUse() {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  return {
    inUse: pointed || focused,
    handlers: {
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => setPointed(false),
      onFocus: () => setFocused(true),
      onBlur: (event: FocusEvent<HTMLElement>) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
      },
    },
  };
}

/** The order that things had when use began, for as long as it lasts; null while they may move. */
export function useSteadyOrder(inUse: boolean, order: readonly string[]): readonly string[] | null {
  const kept = useRef<readonly string[] | null>(null);
  if (!inUse) kept.current = null;
  else if (kept.current === null && order.length > 0) kept.current = order;
  return kept.current;
}
