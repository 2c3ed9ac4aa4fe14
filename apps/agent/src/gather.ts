import type { Piece } from './sources/flow-source.js';

export interface Limits {
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Longest that a line waits for others, ms. */
  readonly waitMs: number;
}

/** Joins pieces into batches, each as large as the limits allow. */
export async function* gather(pieces: AsyncIterable<Piece>, limits: Limits): AsyncGenerator<Piece> {
  const iterator = pieces[Symbol.asyncIterator]();
  let next = iterator.next();
  // A failure while nobody waits for the piece is met by the one who does, later.
  next.catch(() => {});
  let held: Piece | null = null;
  try {
    for (;;) {
      if (held === null) {
        const first = await next;
        if (first.done === true) return;
        held = first.value;
        next = iterator.next();
        next.catch(() => {});
      }
      const timer = new Timer(limits.waitMs);
      let batch: Piece = held;
      held = null;
      for (;;) {
        const more = await Promise.race([next, timer.over]);
        if (more === null || more.done === true) break;
        next = iterator.next();
        next.catch(() => {});
        if (fits(batch, more.value, limits)) batch = join(batch, more.value);
        else {
          held = more.value;
          break;
        }
      }
      timer.stop();
      yield* cut(batch, limits.maxBytes);
    }
  } finally {
    await iterator.return?.();
  }
}

class Timer {
  readonly over: Promise<null>;
  #stop: () => void = () => {};

  constructor(ms: number) {
    this.over = new Promise((resolve) => {
      const handle = setTimeout(() => resolve(null), ms);
      this.#stop = () => clearTimeout(handle);
    });
  }

  stop(): void {
    this.#stop();
  }
}

function fits(batch: Piece, more: Piece, { maxRecords, maxBytes }: Limits): boolean {
  return (
    batch.lines.length + more.lines.length <= maxRecords &&
    sizeOf(batch) + sizeOf(more) <= maxBytes &&
    haveOnePlace(batch, more)
  );
}

/** A batch keeps the place in one source only. */
function haveOnePlace({ checkpoint: a }: Piece, { checkpoint: b }: Piece): boolean {
  return a === null || b === null || a.source === b.source;
}

function join(a: Piece, b: Piece): Piece {
  return {
    lines: [...a.lines, ...b.lines],
    numbers: [...a.numbers, ...b.numbers],
    checkpoint: b.checkpoint ?? a.checkpoint,
  };
}

/**
 * A piece of very long lines, in parts. Only the last has the checkpoint: stopped before it, the lines are read
 * and sent again rather than lost.
 */
function* cut(piece: Piece, maxBytes: number): Generator<Piece> {
  let from = 0;
  let bytes = 0;
  for (let at = 0; at < piece.lines.length; at++) {
    const length = piece.lines[at]?.length ?? 0;
    if (at > from && bytes + length > maxBytes) {
      yield { lines: piece.lines.slice(from, at), numbers: piece.numbers.slice(from, at), checkpoint: null };
      from = at;
      bytes = 0;
    }
    bytes += length;
  }
  yield from === 0
    ? piece
    : { lines: piece.lines.slice(from), numbers: piece.numbers.slice(from), checkpoint: piece.checkpoint };
}

function sizeOf(piece: Piece): number {
  let bytes = 0;
  for (const line of piece.lines) bytes += line.length;
  return bytes;
}
