import type { ErrorReply } from '@vibrissa/protocol/messages';

/** A reply that is no success, or none at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** The server's code, or `unreachable` and `not-json` for what went wrong before one could be read. */
  readonly code: string;
  /** HTTP status; 0 when there was no reply. */
  readonly status: number;
  /** Where in the filter's text it went wrong. */
  readonly span: readonly [from: number, to: number] | null;

  constructor(
    code: string,
    status: number,
    message: string,
    span: readonly [from: number, to: number] | null = null,
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.span = span;
  }

  /** Whether asking the same again can help. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export type QueryValue = string | number | boolean | null | undefined | readonly string[];

/** `path?a=1&b=2`; leaves out null, undefined and empty text; a list repeats its name. */
export function withQuery(path: string, query: Readonly<Record<string, QueryValue>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue;
    if (typeof value === 'object') for (const item of value) search.append(name, item);
    else search.append(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/**
 * GETs JSON from the server the page came from. The reply is taken to be of the contract's type: page and
 * server are built from one source. Throws ApiError, or the signal's reason when aborted.
 */
export async function getJson<Reply>(
  path: string,
  query: Readonly<Record<string, QueryValue>> = {},
  signal?: AbortSignal,
): Promise<Reply> {
  const response = await ask(withQuery(path, query), { headers: { accept: 'application/json' } }, signal);
  return replyOf<Reply>(response, signal);
}

/** Sends JSON with `PUT` or `POST`, or nothing with `DELETE`. Throws like getJson. */
export async function sendJson<Reply>(
  method: 'PUT' | 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<Reply> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await ask(path, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
  return replyOf<Reply>(response);
}

/** `fetch`, with one kind of error for every way in which no reply comes. */
export async function ask(url: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: signal ?? null });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError('unreachable', 0, 'The server cannot be reached.');
  }
}

/** The reply in a response that is one JSON text. Throws like getJson. */
export async function replyOf<Reply>(response: Response, signal?: AbortSignal): Promise<Reply> {
  let body: unknown;
  try {
    body = await response.json();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError('not-json', response.status, `The server answered ${response.status} without JSON.`);
  }
  if (!response.ok) throw errorFrom(response.status, body);
  return body as Reply;
}

/** What an error reply says; `unknown` where it says nothing that the contract knows. */
export function errorFrom(status: number, body: unknown): ApiError {
  if (!isErrorReply(body)) return new ApiError('unknown', status, `The server answered ${status}.`);
  return new ApiError(body.error.code, status, body.error.message, body.error.span ?? null);
}

function isErrorReply(body: unknown): body is ErrorReply {
  return typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'object';
}
