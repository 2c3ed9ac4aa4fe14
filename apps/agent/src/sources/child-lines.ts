import { spawn } from 'node:child_process';
import { AgentError } from '../errors.js';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly onLine: (line: string) => void;
  /** Told of each line of its standard error. */
  readonly onComplaint?: (line: string) => void;
  /** Told of lines that were cut for being too long. */
  readonly onOverlong?: () => void;
}

const MOST_LINE = 65_536;
const NEWLINE = 10;
const MOST_COMPLAINT = 2_048;
const KILL_AFTER_MS = 2_000;

/**
 * Runs a program and takes its output line by line, as ASCII. Resolves when it ends well or the signal has
 * ended it; throws AgentError `no-program` when there is none such, `program-failed` when it ends otherwise.
 */
export function runChild(options: ChildOptions, signal: AbortSignal): Promise<void> {
  const { command, args, onLine, onComplaint = () => {}, onOverlong = () => {} } = options;
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const out = new TextLines(onLine, onOverlong);
    let lastWords = '';
    const complaints = new TextLines((line) => {
      lastWords = line.slice(0, MOST_COMPLAINT);
      onComplaint(line);
    }, onOverlong);
    let killing: NodeJS.Timeout | undefined;
    const stop = () => {
      child.kill('SIGTERM');
      killing = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    };
    signal.addEventListener('abort', stop);
    child.stdout.on('data', (chunk: Buffer) => out.feed(chunk));
    child.stderr.on('data', (chunk: Buffer) => complaints.feed(chunk));
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      signal.removeEventListener('abort', stop);
      reject(
        new AgentError(
          'no-program',
          `${command} cannot be run: ${error.message}; install it or name its path`,
        ),
      );
    });
    child.on('close', (code, by) => {
      signal.removeEventListener('abort', stop);
      clearTimeout(killing);
      out.end();
      complaints.end();
      if (code === 0 || signal.aborted) return resolve();
      const how = code === null ? `was ended by ${by}` : `ended with code ${code}`;
      reject(
        new AgentError('program-failed', `${command} ${how}${lastWords === '' ? '' : `: ${lastWords}`}`),
      );
    });
  });
}

/** Cuts chunks into lines. Each is a string of its own: a part of it that is kept must not keep a whole chunk. */
export class TextLines {
  #rest: Buffer | null = null;
  #isSkipping = false;

  constructor(
    readonly onLine: (line: string) => void,
    readonly onOverlong: () => void,
  ) {}

  feed(chunk: Buffer): void {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      if (this.#isSkipping) this.#isSkipping = false;
      else if (end > from) this.onLine(bytes.toString('latin1', from, end));
      from = end + 1;
    }
    this.#rest = this.#isSkipping || from === bytes.length ? null : bytes.subarray(from);
    if (this.#rest === null || this.#rest.length <= MOST_LINE) return;
    this.#rest = null;
    this.#isSkipping = true;
    this.onOverlong();
  }

  /** What follows the last line end, as a line. */
  end(): void {
    if (this.#rest !== null) this.onLine(this.#rest.toString('latin1'));
    this.#rest = null;
  }
}
