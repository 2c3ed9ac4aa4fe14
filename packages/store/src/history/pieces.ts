/**
 * What a producer hands out one by one, as an iterable: the producer waits until each has been asked for. When the
 * reader leaves, the producer's signal is aborted and its end awaited.
 */
export async function* pieces<T>(
  signal: AbortSignal | undefined,
  produce: (take: (piece: T) => Promise<void>, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<T, void, undefined> {
  const left = new AbortController();
  const inner = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  const ready: T[] = [];
  let wake: () => void = () => undefined;
  let go: () => void = () => undefined;
  let done = false;
  inner.addEventListener('abort', () => go(), { once: true });
  const producer = produce(async (piece) => {
    ready.push(piece);
    wake();
    await new Promise<void>((resolve) => {
      go = resolve;
      if (inner.aborted) resolve();
    });
    inner.throwIfAborted();
  }, inner).finally(() => {
    done = true;
    wake();
  });
  // Its failure is told where it is awaited; until then nobody listens.
  producer.catch(() => undefined);
  try {
    for (;;) {
      const piece = ready.shift();
      if (piece !== undefined) {
        yield piece;
        go();
      } else if (done) {
        await producer;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (done || ready.length > 0) resolve();
        });
      }
    }
  } finally {
    left.abort();
    await producer.catch(() => undefined);
  }
}
