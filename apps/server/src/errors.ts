import { FilterSyntaxError } from '@vibrissa/model';
import type { ErrorReply } from '@vibrissa/protocol/messages';
import { BadCursorError, HistoryError, HistoryUnavailableError } from '@vibrissa/store';
import type { FastifyInstance } from 'fastify';

/** A request that cannot be answered as asked. The message says what to change. */
export class RequestError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    /** When it may be worth asking again, s. */
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
  }
}

interface Answer {
  readonly status: number;
  readonly reply: ErrorReply;
}

/** What an error tells the caller; anything unforeseen is a 500 without details. */
export function answerTo(error: unknown): Answer {
  if (error instanceof FilterSyntaxError) {
    const { code, message, from, to } = error;
    return { status: 400, reply: { error: { code, message, span: [from, to] } } };
  }
  if (error instanceof BadCursorError) {
    return { status: 400, reply: { error: { code: error.code, message: error.message } } };
  }
  if (error instanceof HistoryUnavailableError || error instanceof HistoryError) {
    return { status: 503, reply: { error: { code: error.code, message: error.message } } };
  }
  if (error instanceof RequestError) {
    return { status: error.status, reply: { error: { code: error.code, message: error.message } } };
  }
  if (isRefusal(error)) {
    return { status: error.statusCode, reply: { error: { code: error.code, message: error.message } } };
  }
  return {
    status: 500,
    reply: {
      error: { code: 'internal', message: 'something went wrong on the server; its log has the details' },
    },
  };
}

/** Fastify's own refusals: a query that fails its schema, a body too large, a media type nobody reads. */
function isRefusal(error: unknown): error is Error & { readonly statusCode: number; readonly code: string } {
  if (!(error instanceof Error)) return false;
  const { statusCode, code } = error as Error & { statusCode?: unknown; code?: unknown };
  return typeof statusCode === 'number' && statusCode < 500 && typeof code === 'string';
}

/** Errors with words of their own, which the log need not explain. */
export function isForeseen(error: unknown): boolean {
  if (error instanceof HistoryError) return error.code !== 'history-query-failed';
  return error instanceof RequestError || error instanceof HistoryUnavailableError;
}

/** The one place where errors become replies. */
export function handleErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const { status, reply: body } = answerTo(error);
    // Nobody is left to be told, and nothing is wrong.
    if (status >= 500 && !reply.raw.destroyed && !isForeseen(error)) {
      request.log.error({ err: error }, 'request failed');
    }
    if (error instanceof RequestError && error.retryAfterS !== null) {
      reply.header('retry-after', error.retryAfterS);
    }
    return reply.code(status).send(body);
  });
}
