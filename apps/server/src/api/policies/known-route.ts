import { createHash } from 'node:crypto';
import type { Cluster, Rulebook } from '@vibrissa/policy';
import type { KnownPoliciesReply } from '@vibrissa/protocol/messages';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../../context.js';
import { KnownReplySchema } from './schemas.js';

/** A page is not made to hold more objects of one sort than this. */
const MOST_OBJECTS = 20_000;

interface Told {
  readonly version: number;
  readonly etag: string;
  readonly body: string;
}

/** `GET /api/v1/policies/known`: all that verdicts depend on, for evaluating in the page. */
export function knownRoute(app: FastifyInstance, { policies }: Context): void {
  let told: Told | null = null;
  app.get(
    '/api/v1/policies/known',
    {
      schema: {
        summary: 'All that is known of the cluster and its policies, as one rulebook',
        description: 'With an ETag: ask again with If-None-Match, and what has not changed is answered 304.',
        tags: ['policies'],
        response: { 200: KnownReplySchema, 304: Type.Null({ description: 'as it was' }) },
      },
    },
    async (request, reply) => {
      if (told?.version !== policies.version) told = tell(policies.version, policies.rulebook);
      reply.header('etag', told.etag).header('cache-control', 'no-cache');
      // Proxies that pack the reply put W/ before it, and a caller may name several.
      if (request.headers['if-none-match']?.includes(told.etag)) return reply.code(304).send();
      return reply.type('application/json; charset=utf-8').send(told.body);
    },
  );
}

function tell(version: number, rulebook: Rulebook): Told {
  const { cluster, isCut } = cut(rulebook.cluster);
  const known: KnownPoliciesReply<Rulebook> = { version, rulebook: { ...rulebook, cluster }, isCut };
  const body = JSON.stringify(known);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { version, etag, body };
}

function cut(cluster: Cluster): { readonly cluster: Cluster; readonly isCut: boolean } {
  const { complete: _, ...lists } = cluster;
  if (Object.values(lists).every((list) => list.length <= MOST_OBJECTS)) return { cluster, isCut: false };
  const first = <T>(list: readonly T[]): readonly T[] => list.slice(0, MOST_OBJECTS);
  return {
    isCut: true,
    cluster: {
      namespaces: first(cluster.namespaces),
      pods: first(cluster.pods),
      workloads: first(cluster.workloads),
      serviceAccounts: first(cluster.serviceAccounts),
      services: first(cluster.services),
      endpointSlices: first(cluster.endpointSlices),
      networkSets: first(cluster.networkSets),
      hostEndpoints: first(cluster.hostEndpoints),
      // What is left out is not known to the page, and it must not take it for absent.
      complete: false,
    },
  };
}
