import { useEffect, useReducer } from 'react';

/** Draws the component again every `every` ms, for what shows the passing of time. */
export function useNow(every: number): void {
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(tick, every);
    return () => clearInterval(timer);
  }, [every]);
}
