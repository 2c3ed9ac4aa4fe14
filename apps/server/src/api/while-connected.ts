import type { FastifyReply } from 'fastify';
import { RequestError } from '../errors.js';

/** A signal that is aborted when the caller hangs up, so that nothing is computed for nobody. */
export function whileConnected(reply: FastifyReply): AbortSignal {
  const ending = new AbortController();
  // On the reply, which ends with its request: a listener on the socket would stay for all requests after it.
  reply.raw.once('close', () => ending.abort(new RequestError('hung-up', 499, 'the caller hung up')));
  return ending.signal;
}
