import { constants } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { type Clock, type Millis, millis } from '@vibrissa/model';
import { Alarm } from '../alarm.js';
import { AgentError } from '../errors.js';
import type { FlowSource, Piece } from './flow-source.js';

export interface KernelMessagesOptions {
  /** /dev/kmsg. */
  readonly path: string;
  /** Read what there is and stop. */
  readonly once: boolean;
  /** Messages from before are left out, as an earlier run may have told them; ms since epoch. */
  readonly from: Millis;
  readonly bootedAt: Millis;
  readonly pollMs: number;
  readonly maxLines: number;
  /** Told that messages were overwritten before they were read. */
  readonly onOverrun: () => void;
}

/** A read gives one message, and the kernel cuts longer ones. */
const MOST_MESSAGE = 8_192;
/** Number of the message, and its time since boot in µs. */
const HEAD = /^\d+,(\d{1,15}),(\d{1,18}),/;

/** How far messages were given. */
interface Place {
  number: number;
}

/**
 * The kernel's own messages, one a line, as Documentation/ABI/testing/dev-kmsg has them. It is read without
 * blocking, since a thread that waits in a read could not be stopped. Read again after a failure, it goes on
 * behind the last message that was given. Throws AgentError `unreadable-file`.
 */
export function kernelMessages(options: KernelMessagesOptions): FlowSource {
  const place: Place = { number: -1 };
  return { name: options.path, pieces: (signal) => read(options, place, signal) };
}

/** When the machine started. Messages have the time since then. */
export async function bootTime(clock: Clock): Promise<Millis> {
  const uptime = Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]);
  return millis(Math.round(clock.now() - uptime * 1000));
}

async function* read(
  options: KernelMessagesOptions,
  place: Place,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const { path, once, pollMs, maxLines, onOverrun } = options;
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AgentError('unreadable-file', `VIBRISSA_AGENT_PACKET_LOG: ${path}: ${reason}; it wants root`);
  }
  const pause = new Alarm();
  signal.addEventListener('abort', pause.ring);
  const buffer = Buffer.allocUnsafe(MOST_MESSAGE);
  let line = 0;
  try {
    while (!signal.aborted) {
      const lines: string[] = [];
      let { number } = place;
      let isDry = false;
      while (lines.length < maxLines && !isDry) {
        const message = await next(file, buffer);
        if (message === 'overrun') onOverrun();
        else if (message === null) isDry = true;
        else {
          const head = HEAD.exec(message);
          if (!isNews(head, place, options)) continue;
          lines.push(message);
          number = Math.max(number, Number(head?.[1] ?? -1));
        }
      }
      place.number = number;
      if (lines.length > 0) yield { lines, numbers: lines.map(() => ++line), checkpoint: null };
      if (isDry && once) return;
      if (isDry) await pause.wait(pollMs);
    }
  } finally {
    await file.close();
  }
}

/** The next message's first line; null when there is none yet. */
async function next(file: FileHandle, buffer: Buffer): Promise<string | 'overrun' | null> {
  try {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) return null;
    const text = buffer.toString('utf8', 0, bytesRead);
    const end = text.indexOf('\n');
    return end < 0 ? text : text.slice(0, end);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EAGAIN') return null;
    if (code === 'EPIPE') return 'overrun';
    throw error;
  }
}

function isNews(
  head: RegExpExecArray | null,
  { number }: Place,
  { from, bootedAt }: KernelMessagesOptions,
): boolean {
  if (head === null) return true;
  return Number(head[1]) > number && bootedAt + Number(head[2]) / 1000 >= from;
}
