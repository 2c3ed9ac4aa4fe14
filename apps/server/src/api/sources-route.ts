import type { AgentHealth, ApiSource, SourceHealth, SourcesReply } from '@vibrissa/protocol/messages';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';

const Time = Type.Number({ description: 'ms since the epoch' });
const Count = Type.Integer({ minimum: 0 });

const SourceSchema = Type.Object({
  name: Type.String(),
  kind: Type.Union(
    ['hubble', 'goldmane', 'agent', 'felix', 'http'].map((kind) => Type.Literal(kind)),
    {
      description: 'The first two the server connects to; the others connect to it.',
    },
  ),
  target: Type.Union([Type.String(), Type.Null()], {
    description: 'Where the server connects to; null for what connects to it.',
  }),
  state: Type.Union(
    ['connecting', 'live', 'waiting', 'failed', 'away'].map((state) => Type.Literal(state)),
    { description: 'waiting: until the next try; failed: a try cannot help until something is changed.' },
  ),
  detail: Type.Union([Type.String(), Type.Null()]),
  since: Type.Union([Time, Type.Null()], {
    description: 'Since when it has been live, or has not been, where that is known.',
  }),
  lastSeen: Type.Union([Time, Type.Null()], { description: 'Of what connects to the server.' }),
  retryAt: Type.Union([Time, Type.Null()]),
  recordsPerSecond: Type.Number(),
  lagMs: Type.Union([Type.Number(), Type.Null()]),
  lost: Count,
  lostBy: Type.Record(Type.String(), Count),
  nodes: Type.Union([Type.Object({ connected: Count, unavailable: Count, gone: Count }), Type.Null()]),
});

const ReplySchema = Type.Object({ sources: Type.Array(SourceSchema) });

/** `GET /api/v1/sources`: whatever flows come from, and how each does; those with a trouble first. */
export function sourcesRoute(app: FastifyInstance, { sources, agents }: Context): void {
  app.get(
    '/api/v1/sources',
    {
      schema: {
        summary: 'Where flows come from, and how each source does',
        tags: ['health'],
        response: { 200: ReplySchema },
      },
    },
    (): SourcesReply => ({
      sources: [...sources.list().map(ofSource), ...agents.list().map(ofAgent)],
    }),
  );
}

function ofSource({ records: _, ...source }: SourceHealth): ApiSource {
  return { ...source, lastSeen: null };
}

function ofAgent({
  name,
  kind,
  connected,
  lastSeen,
  recordsPerSecond,
  lagMs,
  dropped,
}: AgentHealth): ApiSource {
  return {
    name,
    kind,
    target: null,
    state: connected ? 'live' : 'away',
    detail: null,
    since: null,
    lastSeen,
    retryAt: null,
    recordsPerSecond,
    lagMs,
    lost: dropped,
    lostBy: dropped === 0 ? {} : { 'dropped by the agent': dropped },
    nodes: null,
  };
}
