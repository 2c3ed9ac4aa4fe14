import {
  type Ack,
  type AgentHello,
  type BatchHeader,
  INGEST_VERSION,
  type IngestReply,
} from '@vibrissa/protocol/messages';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { WebSocket } from 'ws';
import type { Context } from '../context.js';
import { RequestError } from '../errors.js';
import type { Take } from './accept-flows.js';
import { readLines } from './read-lines.js';

/** How many of a batch's bad lines an ack lists. */
const LISTED_ERRORS = 20;

/** An agent that says nothing for this long after connecting is not one, ms. */
const HELLO_WITHIN_MS = 10_000;

/** The event loop being this far behind is a reason to ask agents to wait, ms. */
const BUSY_MS = 200;

const Hello = Compile(
  Type.Object({
    type: Type.Literal('hello'),
    version: Type.Integer(),
    agent: Type.String({ minLength: 1, maxLength: 253 }),
    stream: Type.String({ minLength: 1, maxLength: 64 }),
  }),
);

const Header = Compile(
  Type.Object({
    type: Type.Literal('batch'),
    sequence: Type.Integer({ minimum: 1 }),
    sentAt: Type.Number({ minimum: 0 }),
    dropped: Type.Integer({ minimum: 0 }),
  }),
);

/** `GET /api/v1/agent`: one agent's connection, from its hello to its end. */
export function serveAgent(socket: WebSocket, context: Context): void {
  const { accept, agents, clock, config, log } = context;
  let hello: AgentHello | null = null;
  const send = (reply: IngestReply) => socket.send(JSON.stringify(reply));
  const refuse = (code: string, message: string, retry: boolean) => {
    log.warn({ agent: hello?.agent, code }, message);
    send({ type: 'error', code, message, retry });
    socket.close(1008, code);
  };
  const deadline = setTimeout(
    () => refuse('no-hello', 'the first frame must be a hello', false),
    HELLO_WITHIN_MS,
  );

  socket.on('message', (data, isBinary) => {
    if (isBinary) return refuse('binary', 'frames must be text', false);
    const text = data.toString();
    if (hello !== null) return take(hello, text);
    clearTimeout(deadline);
    const said = parse(text);
    if (!Hello.Check(said)) {
      return refuse(
        'bad-hello',
        'the first frame must be {"type":"hello","version":1,"agent":…,"stream":…}',
        false,
      );
    }
    if (said.version !== INGEST_VERSION) {
      return refuse(
        'version',
        `this server speaks version ${INGEST_VERSION} of the agents' protocol; update the older side`,
        false,
      );
    }
    hello = said;
    agents.connected(said.agent);
    log.info({ agent: said.agent }, 'agent connected');
    send({
      type: 'welcome',
      version: INGEST_VERSION,
      sequence: agents.sequence(said.agent, said.stream),
      maxBatchRecords: config.maxBatchRecords,
      maxBatchBytes: config.maxUnpackedBytes,
    });
  });

  socket.on('close', () => {
    clearTimeout(deadline);
    if (hello === null) return;
    agents.disconnected(hello.agent);
    log.info({ agent: hello.agent }, 'agent disconnected');
  });

  function take(from: AgentHello, text: string): void {
    const end = text.indexOf('\n');
    const header = parse(end === -1 ? text : text.slice(0, end));
    if (!Header.Check(header)) {
      refuse(
        'bad-batch',
        'the first line of a batch must be {"type":"batch","sequence":…,"sentAt":…,"dropped":…}',
        false,
      );
      return;
    }
    try {
      send(acknowledge(from, header, end === -1 ? '' : text, end + 1));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      refuse(error.code, error.message, false);
    }
    const waitMs = Math.round(context.loopDelayMs());
    if (waitMs > BUSY_MS) send({ type: 'slow-down', waitMs });
  }

  function acknowledge(
    from: AgentHello,
    { sequence, sentAt, dropped }: BatchHeader,
    text: string,
    start: number,
  ): Ack {
    const read = (take: Take) => readLines(text, start, config.maxBatchRecords, take);
    const skewMs = clock.now() - sentAt;
    if (!agents.admit(from.agent, from.stream, sequence)) {
      agents.heard(from.agent, 0, skewMs);
      const repeat = read(() => null);
      const rejected = repeat.errors.length;
      return { type: 'ack', sequence, accepted: 0, duplicate: repeat.accepted, rejected, errors: [] };
    }
    const { accepted, errors } = accept.batch(skewMs, read);
    agents.heard(from.agent, accepted, skewMs);
    agents.reportDropped(from.agent, from.stream, dropped);
    const listed = errors.slice(0, LISTED_ERRORS);
    return { type: 'ack', sequence, accepted, duplicate: 0, rejected: errors.length, errors: listed };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
