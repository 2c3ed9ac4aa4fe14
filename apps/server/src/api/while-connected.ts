import type { FastifyReply } from 'fastify';

/** A signal that is aborted when the caller hangs up, so that nothing is computed for nobody. */
export function whileConnected(reply: FastifyReply): AbortSignal {
  const ending = new AbortController();
  // On the reply, which ends with its request: a listener on the socket would stay for all requests after it.
  reply.raw.once('close', () => ending.abort());
  return ending.signal;
}
