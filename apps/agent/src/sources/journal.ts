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

/** The kernel's messages in systemd's journal. Throws AgentError `no-program` or `program-failed`. */
export function journal(options: JournalOptions): FlowSource {
  return { name: 'journald', pieces: (signal) => read(options, signal) };
}

async function* read(
  { command, once: isOnce, maxLines, onOverlong }: JournalOptions,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  if (signal.aborted) return;
  const args = ['-k', '-o', 'json', '--no-pager', ...(isOnce ? [] : ['-f', '-n', '0'])];
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
    yield* standardInput(child.stdout, maxLines, onOverlong).pieces(signal);
    const [code] = await closed;
    if (signal.aborted || (isOnce && code === 0)) return;
    throw new AgentError('program-failed', `${command} ended with code ${code}: ${complaint.trim()}`);
  } finally {
    signal.removeEventListener('abort', stop);
    child.kill();
  }
}
