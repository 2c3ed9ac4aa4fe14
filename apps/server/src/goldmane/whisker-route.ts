import { BadRequestError, whiskerHint, writeWhiskerFlow } from '@vibrissa/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.js';
import { filterHints, listFlows, streamFlows } from './flow-queries.js';
import type { FlowWindow } from './flow-window.js';
import { type FlowWindows, TooManyResultsError, TooManyStreamsError } from './flow-windows.js';
import { TooManyWaitingError } from './places.js';
import { type Every, eventText, everyInterval, sendEvents } from './send-events.js';
import { type Query, readFlowsQuery, readHintsQuery } from './whisker-query.js';

/** Whisker's own proxy takes the prefix away before it asks; others leave it. */
const PREFIXES = ['/whisker-backend', ''];

/** Where the page looks for its settings, depending on how it was built. */
const CONFIG_PATHS = ['/config.json', '/config/config.json'];

/** Flows laid out before others have their turn. */
const FLOWS_A_TURN = 256;

/**
 * What Whisker's page asks of its backend, so that the page works on our flows: `/flows` as a list or, watched, as a
 * stream of events, `/flows-filter-hints`, and the settings of the page.
 */
export function whiskerRoutes(app: FastifyInstance, context: Context, every: Every = everyInterval): void {
  const { windows } = context;
  const ending = new AbortController();
  // Streams have no end of their own, and the server waits for what is open.
  app.addHook('preClose', async () => ending.abort());
  for (const prefix of PREFIXES) {
    const schema = { tags: ['whisker'], hide: prefix === '' };
    app.get<{ Querystring: Query }>(
      `${prefix}/flows`,
      {
        schema: { ...schema, summary: 'Flows as Whisker lists and watches them' },
        errorHandler: answerError,
      },
      async (request, reply) => {
        const { watch, request: asked } = readFlowsQuery(request.query);
        const signal = AbortSignal.any([whileConnected(reply), ending.signal]);
        if (watch) {
          const flows = streamFlows(windows, asked, signal);
          reply.hijack();
          return watchFlows(reply, flows, every).catch((error: unknown) => {
            request.log.error({ err: error }, 'a stream of flows failed');
            reply.raw.destroy();
          });
        }
        const { flows, meta } = await listFlows(windows, asked, signal);
        const items = await itemsText(windows, flows, signal);
        return reply.type('application/json').send(`{"total":${JSON.stringify(meta)},"items":${items}}`);
      },
    );
    app.get<{ Querystring: Query }>(
      `${prefix}/flows-filter-hints`,
      {
        schema: { ...schema, summary: 'Values to filter by, as Whisker offers them' },
        errorHandler: answerError,
      },
      async (request, reply) => {
        const asked = readHintsQuery(request.query);
        const { values, meta } = await filterHints(windows, asked, whileConnected(reply));
        const items = values.map((value) => ({ value: whiskerHint(asked.type, value) }));
        return { total: meta, items };
      },
    );
  }
  for (const path of CONFIG_PATHS) {
    app.get(path, { schema: { tags: ['whisker'], summary: 'Settings of Whisker’s page' } }, async () => ({
      config: {
        cluster_id: context.config.cluster,
        cluster_type: '',
        calico_version: '',
        // The page would send these to the address below: nothing leaves the cluster from here.
        notifications: 'Disabled',
        calico_cloud_url: '',
      },
    }));
  }
}

async function watchFlows(
  reply: FastifyReply,
  flows: AsyncIterable<readonly FlowWindow[]>,
  every: Every,
): Promise<void> {
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache',
    Connection: 'keep-alive',
    'X-Accel-Buffering': 'no',
  });
  // The page shows that it is connected as soon as it has the headers, and the first flow may be long in coming.
  raw.flushHeaders();
  await sendEvents(raw, eventTexts(flows), every);
}

async function* eventTexts(flows: AsyncIterable<readonly FlowWindow[]>): AsyncGenerator<string> {
  for await (const some of flows) yield some.map((flow) => eventText(writeWhiskerFlow(flow))).join('');
}

/** Null stands for no flows at all, as in Whisker's own answers. */
async function itemsText(
  windows: FlowWindows,
  flows: readonly FlowWindow[],
  signal: AbortSignal,
): Promise<string> {
  if (flows.length === 0) return 'null';
  const texts: string[] = [];
  for (let at = 0; at < flows.length; at += FLOWS_A_TURN) {
    if (at > 0) await windows.turn(signal);
    for (const flow of flows.slice(at, at + FLOWS_A_TURN)) texts.push(writeWhiskerFlow(flow));
  }
  return `[${texts.join(',')}]`;
}

/** Errors in the form that Whisker's page reads. */
function answerError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.destroyed) return;
  if (error instanceof BadRequestError) return void reply.code(400).send({ error: error.message });
  if (error instanceof TooManyResultsError) return void reply.code(400).send({ error: error.message });
  if (error instanceof TooManyStreamsError || error instanceof TooManyWaitingError)
    return void reply.code(503).send({ error: error.message });
  request.log.error({ err: error }, 'request failed');
  reply.code(500).send({ error: 'Internal Server Error' });
}

/** Aborted when the reader has gone. */
function whileConnected(reply: FastifyReply): AbortSignal {
  const ending = new AbortController();
  reply.raw.once('close', () => ending.abort());
  return ending.signal;
}
