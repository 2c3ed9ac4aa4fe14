import { useEffect, useRef } from 'react';
import { isTaken } from './useShortcuts.js';

export type KeySequences = readonly (readonly [first: string, second: string, act: () => void])[];

/** ms in which the second key has to follow. */
const PATIENCE = 1_200;

/**
 * Two keys one after the other, anywhere on the page but where someone types. The second key is theirs alone:
 * what it does by itself does not happen.
 */
export function useKeySequences(sequences: KeySequences): void {
  const latest = useRef(sequences);
  useEffect(() => {
    latest.current = sequences;
  });
  useEffect(() => {
    let first: string | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const expect = (key: string | null) => {
      clearTimeout(timer);
      first = key;
      if (key === null) return;
      timer = setTimeout(() => {
        first = null;
      }, PATIENCE);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      // A shift on its way to the second key is no key yet.
      if (event.key === 'Shift') return;
      const before = first;
      expect(null);
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
      const found = latest.current.find(([one, two]) => one === before && two === event.key);
      if (found !== undefined) {
        event.preventDefault();
        event.stopPropagation();
        found[2]();
      } else if (latest.current.some(([one]) => one === event.key)) {
        expect(event.key);
      }
    };
    // Before anything else on the page hears of the key.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', onKeyDown, { capture: true });
    };
  }, []);
}
