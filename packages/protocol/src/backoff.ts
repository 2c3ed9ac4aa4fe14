/** How long to wait between tries. All in ms. */
export interface Backoff {
  readonly first: number;
  readonly most: number;
}

/**
 * The wait before try `attempt` (0 is the first retry), in ms: doubling up to `most`, then spread over
 * half to all of it so that many agents do not come back at once. `random` gives [0, 1).
 */
export function retryDelay(
  attempt: number,
  { first, most }: Backoff,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(most, first * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling * (0.5 + random() / 2));
}
