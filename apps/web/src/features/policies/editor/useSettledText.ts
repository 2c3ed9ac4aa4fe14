import { useEffect, useState } from 'react';

/** A text once it has not changed for `ms`: what is typed is not worth trying letter by letter. */
export function useSettledText(text: string, ms: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return settled;
}
