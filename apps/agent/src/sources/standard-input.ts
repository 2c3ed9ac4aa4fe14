import type { Readable } from 'node:stream';
import type { FlowSource, Piece } from './flow-source.js';
import { LineSplitter } from './line-splitter.js';

/** Lines from a stream that cannot be read again, such as standard input. Ends with the stream. */
export function standardInput(
  stream: Readable,
  maxLines: number,
  onOverlong: (line: number) => void,
): FlowSource {
  return { name: 'standard input', pieces: (signal) => read(stream, maxLines, onOverlong, signal) };
}

async function* read(
  stream: Readable,
  maxLines: number,
  onOverlong: (line: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const splitter = new LineSplitter(0, 0, onOverlong);
  const stop = () => stream.destroy();
  signal.addEventListener('abort', stop);
  try {
    for await (const chunk of stream) {
      splitter.feed(Buffer.from(chunk));
      for (;;) {
        const taken = splitter.take(maxLines);
        if (taken.lines.length === 0) break;
        yield { ...taken, checkpoint: null };
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  const rest = splitter.takeRest();
  if (rest.lines.length > 0) yield { ...rest, checkpoint: null };
}
