import { REPORTERS, type Reporter, VERDICTS, type Verdict } from '@vibrissa/model';

/** Port, and the places of reporter and verdict in the model's lists, as one word: what of a key needs no table. */
export function restOf(port: number, reporter: number, verdict: number): number {
  return port | (reporter << 16) | (verdict << 18);
}

export function portOf(rest: number): number {
  return rest & 0xffff;
}

export function reporterOf(rest: number): Reporter {
  // Two bits that were written from a place in this list.
  return REPORTERS[(rest >>> 16) & 3] as Reporter;
}

export function verdictOf(rest: number): Verdict {
  // As above.
  return VERDICTS[rest >>> 18] as Verdict;
}
