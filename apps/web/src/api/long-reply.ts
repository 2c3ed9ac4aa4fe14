import type { QueryLine } from '@vibrissa/protocol/messages';
import { ApiError, ask, errorFrom, type QueryValue, replyOf, withQuery } from './client.js';

/** The kind of reply that tells how far it is before it comes. */
const LINES = 'application/x-ndjson';
const ACCEPTED = `${LINES}, application/json;q=0.9`;
/** Characters one line may have; the largest reply is far below it. */
const LONGEST = 64 * 1024 * 1024;

/**
 * GETs what may take long: `onProgress` hears how much is done, 0 to 1, until the reply comes. A server that
 * answers in one piece is understood as well. Throws ApiError, or the signal's reason when aborted.
 */
export async function getLong<Reply>(
  path: string,
  query: Readonly<Record<string, QueryValue>>,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<Reply> {
  return longReply(withQuery(path, query), { headers: { accept: ACCEPTED } }, signal, onProgress);
}

/** POSTs a question that may take long; otherwise like getLong. */
export async function postLong<Reply>(
  path: string,
  query: Readonly<Record<string, QueryValue>>,
  question: object,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<Reply> {
  const headers = { accept: ACCEPTED, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(question) };
  return longReply(withQuery(path, query), init, signal, onProgress);
}

async function longReply<Reply>(
  url: string,
  init: RequestInit,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<Reply> {
  const response = await ask(url, init, signal);
  const inLines = response.headers.get('content-type')?.startsWith(LINES) ?? false;
  if (!inLines || response.body === null) return replyOf<Reply>(response, signal);
  for await (const text of linesOf(response.body, signal)) {
    const line = read<Reply>(text, response.status);
    if ('reply' in line) return line.reply;
    if ('error' in line) throw errorFrom(response.ok ? 500 : response.status, line);
    onProgress(Math.max(0, Math.min(1, line.progress)));
  }
  throw new ApiError('cut-off', 0, 'The connection ended before the reply was complete.');
}

/** The contract's type, as in getJson; what is no object at all is told apart here. */
function read<Reply>(text: string, status: number): QueryLine<Reply> {
  let line: unknown = null;
  try {
    line = JSON.parse(text);
  } catch {
    // Told below, together with all else that is no line of this contract.
  }
  const known = ['progress', 'reply', 'error'];
  if (typeof line === 'object' && line !== null && known.some((name) => name in line)) {
    return line as QueryLine<Reply>;
  }
  throw new ApiError('not-json', status, 'The server sent a line that is no part of a reply.');
}

async function* linesOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') yield line;
      if (rest.length > LONGEST) throw new ApiError('too-large', 0, 'The reply is too large for this page.');
      if (done) break;
    }
    if (rest.trim() !== '') yield rest;
  } catch (cause) {
    if (signal.aborted || cause instanceof ApiError) throw cause;
    throw new ApiError('cut-off', 0, 'The connection ended before the reply was complete.');
  } finally {
    // Ends the server's work where the reader stops early; nothing is left to say if that fails.
    await reader.cancel().catch(() => undefined);
  }
}
