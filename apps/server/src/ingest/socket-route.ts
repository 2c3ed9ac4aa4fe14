import {
  type Ack,
  type AgentHello,
  type BatchHeader,
  INGEST_VERSION,
  type IngestReply,
} from '@vibrissa/protocol/messages';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { RawData, WebSocket } from 'ws';
import type { Context } from '../context.js';
import { RequestError } from '../errors.js';
import type { Take } from './accept-flows.js';
import { batchMeta } from './journal-lines.js';
import { readLines } from './read-lines.js';

/** How many of a batch's bad lines an ack lists. */
const LISTED_ERRORS = 20;

/** An agent that says nothing for this long after connecting is not one, ms. */
const HELLO_WITHIN_MS = 10_000;

/** The event loop being this far behind is a reason to ask agents to wait, ms. */
const BUSY_MS = 200;

/** What an agent is asked to wait while earlier flows are read back, ms; the welcome ends the wait's reason. */
const RESTORING_WAIT_MS = 1_000;

const LINE_FEED = 10;

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
  const { accept, agents, clock, config, journal, log, restore } = context;
  let hello: AgentHello | null = null;
  const send = (reply: IngestReply) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(reply));
  };
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
    const bytes = bytesOf(data);
    const text = bytes.toString('utf8');
    if (hello !== null) return take(hello, text, bytes);
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
    if (restore.progress === null) return welcome(said);
    // How far this agent got is only known once everything is read back.
    send({ type: 'slow-down', waitMs: RESTORING_WAIT_MS });
    restore.run().then(
      () => welcome(said),
      () => refuse('not-restored', 'the server could not read back what it knew before its restart', true),
    );
  });

  socket.on('close', () => {
    clearTimeout(deadline);
    if (hello === null) return;
    agents.disconnected(hello.agent);
    log.info({ agent: hello.agent }, 'agent disconnected');
  });

  function welcome(said: AgentHello): void {
    send({
      type: 'welcome',
      version: INGEST_VERSION,
      sequence: agents.sequence(said.agent, said.stream),
      maxBatchRecords: config.maxBatchRecords,
      maxBatchBytes: config.maxUnpackedBytes,
    });
  }

  function take(from: AgentHello, text: string, bytes: Buffer): void {
    if (restore.progress !== null) {
      refuse('restoring', 'batches are taken once the agent is welcomed', true);
      return;
    }
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
      const ack = acknowledge(from, header, end === -1 ? '' : text, end + 1, bytes);
      // A repeat waits as well: its first copy may still be on its way to the disk.
      void journal.flushed().then(() => send(ack));
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
    bytes: Buffer,
  ): Ack {
    const read = (take: Take) => readLines(text, start, config.maxBatchRecords, take);
    const skewMs = clock.now() - sentAt;
    if (!agents.admit(from.agent, from.stream, sequence)) {
      agents.heard(from.agent, 0, skewMs);
      const repeat = read(() => null);
      const rejected = repeat.errors.length;
      return { type: 'ack', sequence, accepted: 0, duplicate: repeat.accepted, rejected, errors: [] };
    }
    const { accepted, errors, newestEnd } = accept.batch(skewMs, read);
    const sender = { name: from.agent, kind: 'agent', stream: from.stream, sequence } as const;
    journal.append({
      kind: 'lines',
      meta: batchMeta({ ...sender, dropped, skewMs }),
      payload: bytes.subarray(bytes.indexOf(LINE_FEED) + 1),
    });
    agents.heard(from.agent, accepted, skewMs, 'agent', newestEnd);
    agents.reportDropped(from.agent, from.stream, dropped);
    const listed = errors.slice(0, LISTED_ERRORS);
    return { type: 'ack', sequence, accepted, duplicate: 0, rejected: errors.length, errors: listed };
  }
}

/** A message of `ws` as one piece of bytes. */
function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
