import { GET_FLOWS, OBSERVER_STATUS } from '@vibrissa/protocol';
import { grpcServer, type Method } from '@vibrissa/protocol/grpc';
import { hubbleMessages } from './hubble-messages.js';

const MESSAGES = 20_000;
/** Messages between two looks at whether anyone still listens. */
const STEP = 256;

const messages = hubbleMessages(MESSAGES, Date.now());
let sent = 0;

/** All there is, over and over, each time as events of their own, as fast as they are read. */
async function* flows(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  while (!signal.aborted) {
    for (let at = 0; at < STEP; at++) {
      const message = messages[sent % MESSAGES];
      if (message !== undefined) yield message.number(++sent);
    }
  }
}

const methods = new Map<string, Method>([
  [GET_FLOWS, { kind: 'server-stream', handle: (_, { signal }) => flows(signal) }],
  [OBSERVER_STATUS, { kind: 'unary', handle: () => new Uint8Array() }],
]);
const server = grpcServer({ methods, tls: null, log: () => {} });
const port = await server.listen('127.0.0.1', 0);
const bytes = messages.reduce((sum, message) => sum + message.bytes.length, 0);
process.send?.({ address: `127.0.0.1:${port}`, meanBytes: bytes / MESSAGES });
