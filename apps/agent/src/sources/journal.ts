import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AgentError } from '../errors.js';
import type { FlowSource, Piece } from './flow-source.js';
import { standardInput } from './standard-input.js';

export interface JournalOptions {
  readonly command: string;
  /** Read what there is of this boot and stop, instead of following from now. */
  readonly once: boolean;
  readonly maxLines: number;
  readonly onOverlong: (line: number) => void;
}

const MOST_COMPLAINT = 2_048;
const CURSOR = /"__CURSOR"\s*:\s*"([\w;=-]{1,512})"/;

/** Where in the journal a reader is; empty before it has read anything. */
interface Place {
  cursor: string;
}

/**
 * The kernel's messages in systemd's journal. Throws AgentError `no-program` or `program-failed`; read again, it
 * goes on behind the last entry that was given.
 */
export function journal(options: JournalOptions): FlowSource {
  const place: Place = { cursor: '' };
  return { name: 'journald', pieces: (signal) => read(options, place, signal) };
}

async function* read(
  { command, once: isOnce, maxLines, onOverlong }: JournalOptions,
  place: Place,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  if (signal.aborted) return;
  const from = place.cursor === '' ? ['-n', '0'] : ['--no-tail', `--after-cursor=${place.cursor}`];
  const args = ['-k', '-o', 'json', '--no-pager', ...(isOnce ? [] : ['-f', ...from])];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + String(chunk)).slice(-MOST_COMPLAINT);
  });
  const stop = () => child.kill();
  signal.addEventListener('abort', stop);
  try {
    await once(child, 'spawn');
  } catch (error) {
    signal.removeEventListener('abort', stop);
    const reason = error instanceof Error ? error.message : String(error);
    throw new AgentError(
      'no-program',
      `${command} cannot be run: ${reason}; use --packet-log=kmsg or a file where there is no systemd`,
    );
  }
  const closed = once(child, 'close');
  try {
    for await (const piece of standardInput(child.stdout, maxLines, onOverlong).pieces(signal)) {
      place.cursor = cursorOf(piece.lines) ?? place.cursor;
      yield piece;
    }
    const [code, by] = await closed;
    if (signal.aborted || (isOnce && code === 0)) return;
    const how = code === null ? `was ended by ${by}` : `ended with code ${code}`;
    throw new AgentError('program-failed', `${command} ${how}: ${complaint.trim()}`);
  } finally {
    signal.removeEventListener('abort', stop);
    child.kill();
  }
}

/** Of the last whole entry: one that was cut off is given again. */
function cursorOf(lines: readonly string[]): string | undefined {
  for (let at = lines.length - 1; at >= 0; at--) {
    const entry = lines[at]?.trimEnd() ?? '';
    const cursor = entry.endsWith('}') ? CURSOR.exec(entry)?.[1] : undefined;
    if (cursor !== undefined) return cursor;
  }
  return undefined;
}
