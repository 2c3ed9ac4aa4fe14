import { PassThrough } from 'node:stream';
import type { QueryControl, Window } from '@vibrissa/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.js';
import { answerTo, isForeseen } from '../errors.js';
import { openedHistory } from '../opened-history.js';
import { whileConnected } from './while-connected.js';

const LINES = 'application/x-ndjson';

/** How often a caller is told how far its query is, ms. */
const PROGRESS_MS = 200;

/** What a route says of the lines it may answer in. */
export const PROGRESS_NOTE =
  'With `Accept: application/x-ndjson` the answer comes in lines: {"progress": 0 to 1}, several times a second ' +
  'while it takes long, and last {"reply": …} or {"error": …}.';

/**
 * Answers one query within its time limit and ends it when the caller hangs up. Before the first line of progress an
 * error is a reply of its own status; after it, the last line.
 */
export async function answerQuery(
  call: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  context: Context,
  windows: readonly Window[],
  answer: (control: QueryControl) => Promise<unknown>,
): Promise<FastifyReply> {
  const { request, reply } = call;
  const signal = whileConnected(reply);
  const past = windows.some((window) => isPast(window, context));
  const work = async (control: QueryControl): Promise<unknown> => {
    if (past) await openedHistory(context.flows, control.signal);
    return answer(control);
  };
  if (!(request.headers.accept ?? '').includes(LINES)) {
    const body = await context.queries.run(work, { signal, past });
    // Built from our own types: checking it against the schema again would cost more than making it.
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
  }
  const lines = new ReplyLines(reply, context);
  try {
    const body = await context.queries.run(work, { signal, past, progress: (done) => lines.progress(done) });
    lines.end({ reply: body });
  } catch (error) {
    if (!lines.begun) throw error;
    if (!signal.aborted && !isForeseen(error)) request.log.error({ err: error }, 'query failed');
    lines.end(answerTo(error).reply);
  }
  return reply;
}

/** Whether a window begins before what is in memory. */
export function isPast({ from }: Window, { store }: Context): boolean {
  return from < store.oldestHeld;
}

class ReplyLines {
  readonly #reply: FastifyReply;
  readonly #context: Context;
  #lines: PassThrough | null = null;
  #saidAt = 0;

  constructor(reply: FastifyReply, context: Context) {
    this.#reply = reply;
    this.#context = context;
    this.#saidAt = context.clock.now();
  }

  get begun(): boolean {
    return this.#lines !== null;
  }

  progress(done: number): void {
    const now = this.#context.clock.now();
    if (now - this.#saidAt < PROGRESS_MS) return;
    this.#saidAt = now;
    this.#begin().write(`{"progress":${Math.min(1, Math.max(0, done)).toFixed(3)}}\n`);
  }

  end(line: object): void {
    this.#begin().end(`${JSON.stringify(line)}\n`);
  }

  #begin(): PassThrough {
    if (this.#lines !== null) return this.#lines;
    const lines = new PassThrough();
    // A caller that hangs up ends the query; there is nothing else to do about it.
    lines.on('error', () => {});
    this.#lines = lines;
    // Proxies that collect replies would hold progress back.
    this.#reply.header('x-accel-buffering', 'no').type(LINES).send(lines);
    return lines;
  }
}
