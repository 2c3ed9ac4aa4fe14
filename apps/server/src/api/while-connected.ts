import type { FastifyRequest } from 'fastify';

/** A signal that is aborted when the caller hangs up, so that nothing is computed for nobody. */
export function whileConnected(request: FastifyRequest): AbortSignal {
  const ending = new AbortController();
  request.raw.socket.once('close', () => ending.abort());
  return ending.signal;
}
