import { FilterSyntaxError, GROUPINGS, type Grouping } from '@vibrissa/model';
import { LIVE_VERSION, type LiveMessage, type Subscribe } from '@vibrissa/protocol/messages';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { WebSocket } from 'ws';
import type { Context } from '../context.js';
import { answerTo, isForeseen } from '../errors.js';
import { type LiveChunk, liveFlows, MOST_ROWS } from './live-flows.js';
import { once } from './once.js';
import { beginsInPast, pastFlows } from './past-flows.js';
import type { PastParts, Progressed } from './past-reading.js';
import { playback } from './playback.js';

/** Past this many unsent bytes a browser is slow, and nothing more is laid out for it. */
const SLOW_BYTES = 512 * 1024;

/** How often a slow browser is looked at again, ms. */
const DRAIN_CHECK_MS = 20;

/** The most subscriptions on one connection. */
const MOST_SUBSCRIPTIONS = 8;

/** Seconds of the past that are played back per second at most. */
const FASTEST = 60;

/** The longest that is shown before the playhead, ms. */
const LONGEST_SPAN_MS = 86_400_000;

const Request = Compile(
  Type.Union([
    Type.Object({
      type: Type.Literal('subscribe'),
      id: Type.Integer({ minimum: 0 }),
      filter: Type.String({ maxLength: 8_192 }),
      grouping: Type.Union(GROUPINGS.map((grouping: Grouping) => Type.Literal(grouping))),
      since: Type.Number(),
      until: Type.Optional(Type.Number({ minimum: 0 })),
      cursor: Type.Optional(Type.String({ maxLength: 100 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_ROWS })),
      sort: Type.Optional(
        Type.Object({ column: Type.String({ maxLength: 32 }), descending: Type.Boolean() }),
      ),
      play: Type.Optional(
        Type.Object({
          at: Type.Number({ minimum: 0 }),
          speed: Type.Number({ minimum: 1, maximum: FASTEST }),
          spanMs: Type.Number({ minimum: 1_000, maximum: LONGEST_SPAN_MS }),
        }),
      ),
    }),
    Type.Object({ type: Type.Literal('unsubscribe'), id: Type.Integer({ minimum: 0 }) }),
  ]),
);

/** `GET /api/v1/live`: one browser's connection, its subscriptions and its heartbeat. */
export function serveBrowser(socket: WebSocket, context: Context): void {
  const { clock, config, health, hub, metrics, store } = context;
  const horizonMs = config.bucketMs * config.buckets;
  const subscriptions = new Map<number, AbortController>();
  const past: PastParts = {
    flows: context.flows,
    queries: context.queries,
    clock,
    bucketMs: config.bucketMs,
    newSince: (address) => context.destinations.newSince(address),
    inMemorySince: () => store.oldestHeld,
    pause,
  };
  const say = (message: LiveMessage) => socket.send(JSON.stringify(message));
  say({
    type: 'hello',
    version: LIVE_VERSION,
    now: clock.now(),
    bucketMs: config.bucketMs,
    horizonMs,
    retentionMs:
      context.history.isKept || context.flows.history !== null
        ? Math.max(config.retention, horizonMs)
        : horizonMs,
  });
  socket.send(health.latest());
  const stopHealth = health.listen((message) => {
    if (socket.bufferedAmount < SLOW_BYTES) socket.send(message);
  });

  socket.on('message', (data) => {
    const request = parse(data.toString());
    if (!Request.Check(request)) {
      const [problem] = Request.Errors(request);
      return say({
        type: 'error',
        code: 'bad-request',
        message: `not a subscribe or unsubscribe message: ${problem?.message ?? 'not an object'}`,
      });
    }
    subscriptions.get(request.id)?.abort();
    subscriptions.delete(request.id);
    if (request.type === 'unsubscribe') return;
    if (subscriptions.size >= MOST_SUBSCRIPTIONS) {
      return say({
        type: 'error',
        id: request.id,
        code: 'too-many-subscriptions',
        message: `a connection holds ${MOST_SUBSCRIPTIONS} subscriptions at most; end one first`,
      });
    }
    const ending = new AbortController();
    subscriptions.set(request.id, ending);
    void serve(request as Subscribe, ending.signal);
  });

  socket.on('close', () => {
    stopHealth();
    for (const subscription of subscriptions.values()) subscription.abort();
  });

  function chunksOf(request: Subscribe, signal: AbortSignal): AsyncGenerator<LiveChunk | Progressed> {
    if (request.play !== undefined) return playback(request, request.play, past, signal);
    return beginsInPast(request, clock.now(), store.oldestHeld)
      ? pastFlows(request, past, signal)
      : liveFlows(request, hub, store, signal);
  }

  async function serve(request: Subscribe, signal: AbortSignal): Promise<void> {
    try {
      for await (const chunk of chunksOf(request, signal)) {
        if (signal.aborted) return;
        send(request.id, chunk);
        await drained(signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof FilterSyntaxError) {
        const { code, message, from, to } = error;
        return say({ type: 'error', id: request.id, code, message, span: [from, to] });
      }
      if (isForeseen(error)) {
        const { code, message } = answerTo(error).reply.error;
        return say({ type: 'error', id: request.id, code, message });
      }
      context.log.error({ err: error }, 'live subscription failed');
      say({
        type: 'error',
        id: request.id,
        code: 'internal',
        message: 'the subscription failed on the server; its log has the details',
      });
    }
  }

  function send(id: number, chunk: LiveChunk | Progressed): void {
    if ('progress' in chunk) say({ type: 'progress', id, done: chunk.progress });
    else if ('body' in chunk) socket.send(`{"type":"rows","id":${id},${chunk.body.slice(1)}`);
    else {
      metrics.skipped(chunk.skipped);
      say({ type: 'skipped', id, updates: chunk.skipped });
    }
  }

  async function drained(signal: AbortSignal): Promise<void> {
    while (socket.bufferedAmount > SLOW_BYTES && !signal.aborted) {
      await pause(DRAIN_CHECK_MS, signal);
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await once((wake) => {
    timer = setTimeout(wake, ms);
  }, signal);
  clearTimeout(timer);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
