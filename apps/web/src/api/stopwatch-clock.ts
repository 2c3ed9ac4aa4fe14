/** Tells how long something took, ms; of no use as a time of day. */
export const stopwatch = { now: (): number => performance.now() };
