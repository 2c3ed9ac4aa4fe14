declare const unit: unique symbol;

/** Milliseconds since the epoch. Seconds exist only on Goldmane's wire. */
export type Millis = number & { readonly [unit]: 'ms' };

/** A half-open window `[from, to)`. */
export interface TimeRange {
  readonly from: Millis;
  readonly to: Millis;
}

/** The only way to learn what time it is; tests hand in their own. */
export interface Clock {
  now(): Millis;
}

/** Brands a number of milliseconds since the epoch. */
export function millis(value: number): Millis {
  return value as Millis;
}

/** The start of the bucket of `size` ms that holds `at`. */
export function bucketStart(at: Millis, size: number): Millis {
  return millis(Math.floor(at / size) * size);
}

/**
 * A bound as users write it: negative is relative to now, anything else absolute.
 * Zero is left to the caller, who knows how far back it can look.
 */
export function resolveBound(value: number, now: Millis): Millis {
  return millis(value < 0 ? now + value : value);
}
