/** Draws that depend only on the seed it was made with. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
}

/** A generator for one place in a play: the same numbers give the same draws, in any order of asking. */
export function randomAt(...numbers: readonly number[]): Random {
  let state = 0x9e3779b9;
  for (const number of numbers) {
    // Both halves of a large number count: times in ms do not fit into 32 bits.
    state = scramble(state ^ Math.trunc(number)) ^ scramble(state + Math.floor(number / 0x1_0000_0000));
  }
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    return scramble(state) / 0x1_0000_0000;
  };
  return { next, below: (below) => Math.floor(next() * below) };
}

/** A number for a text, for use as one of the numbers of a place. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return scramble(hash);
}

function scramble(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
