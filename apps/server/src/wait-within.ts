/** What bounds a wait. */
export interface WaitBounds {
  /** The wait ends, as if it was over, when one of these is aborted. */
  readonly signals: readonly AbortSignal[];
  /** Past so many ms it rejects with an error that says what was waited for; never where it is absent. */
  readonly most?: { readonly ms: number; readonly what: string };
}

/** What was waited for took longer than it ever should. */
export class WaitError extends Error {
  readonly code = 'wait-too-long';
}

/**
 * Waits for what may never come: for another thread that has died, say, or been left for another. Resolves with what
 * came, and with null when a signal ended the wait. Rejects as the work does, or with a WaitError.
 */
export function waitWithin<T>(work: Promise<T>, { signals, most }: WaitBounds): Promise<T | null> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const end = () => settle(() => resolve(null));
    const settle = (then: () => void) => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', end);
      then();
    };
    for (const signal of signals) signal.addEventListener('abort', end, { once: true });
    if (most !== undefined) {
      const { ms, what } = most;
      const late = () => reject(new WaitError(`${what} took longer than ${Math.round(ms / 1_000)} s`));
      timer = setTimeout(() => settle(late), ms);
      timer.unref();
    }
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    if (signals.some(({ aborted }) => aborted)) end();
  });
}
