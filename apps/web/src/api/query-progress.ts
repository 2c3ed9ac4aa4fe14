/** How far each query in flight is, 0 to 1, under the hash of its key. */
const known = new Map<string, number>();
/** How long the last reading of each took, ms. */
const durations = new Map<string, number>();
const listeners = new Set<() => void>();
/** Keys change with every window; only the newest are worth remembering. */
const MOST = 200;

function notify(): void {
  for (const listener of listeners) listener();
}

export const queryProgress = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
  /** Null where the server has not told. */
  of(hash: string): number | null {
    return known.get(hash) ?? null;
  },
  /** ms the last reading took; 0 where there was none. */
  lastTook(hash: string): number {
    return durations.get(hash) ?? 0;
  },
  tell(hash: string, done: number): void {
    if (known.get(hash) === done) return;
    known.set(hash, done);
    notify();
  },
  /** Forgets how far it was; `tookMs` when it came to a reply. */
  end(hash: string, tookMs: number | null): void {
    if (tookMs !== null) {
      durations.delete(hash);
      durations.set(hash, tookMs);
      const oldest = durations.size > MOST ? durations.keys().next().value : undefined;
      if (oldest !== undefined) durations.delete(oldest);
    }
    if (known.delete(hash)) notify();
  },
};
