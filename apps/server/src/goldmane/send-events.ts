import type { ServerResponse } from 'node:http';

/** How often a stream on which nothing happens says that it is alive, ms. */
export const HEARTBEAT_MS = 15_000;

/** Does something again and again until the answer is called. */
export type Every = (ms: number, act: () => void) => () => void;

export const everyInterval: Every = (ms, act) => {
  const timer = setInterval(act, ms);
  return () => clearInterval(timer);
};

/** One event of a stream, with its end. */
export function eventText(data: string): string {
  return `data: ${data}\n\n`;
}

/**
 * Sends texts as they come until there are no more or the reader has gone. One that does not read is not sent more:
 * the next text is asked for once the last one left. A comment now and then keeps proxies from giving up.
 */
export async function sendEvents(
  response: ServerResponse,
  texts: AsyncIterable<string>,
  every: Every = everyInterval,
): Promise<void> {
  const stop = every(HEARTBEAT_MS, () => {
    if (!response.writableNeedDrain) response.write(': still here\n\n');
  });
  try {
    for await (const text of texts) {
      if (response.destroyed) return;
      if (!response.write(text)) await drained(response);
    }
    response.end();
  } finally {
    stop();
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
    if (response.destroyed) done();
  });
}
