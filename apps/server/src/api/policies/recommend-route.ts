import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type Filter, parseFilter } from '@vibrissa/model';
import type { Recommendation } from '@vibrissa/policy';
import type { ApiRecommendation, RecommendReply } from '@vibrissa/protocol/messages';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../../context.js';
import { learnReduction } from '../../policies/reductions.js';
import { answerQuery, PROGRESS_NOTE } from '../answer-query.js';
import { errorReplies } from '../error-replies.js';
import { filterQuery, readWindow, windowQuery } from '../window.js';
import { RecommendBody } from './bodies.js';
import { RecommendReplySchema } from './change-schemas.js';

/** `POST /api/v1/policies/recommend`: least-privilege policies from what was observed. */
export function recommendRoute(app: FastifyInstance, context: Context): void {
  const { clock, flows, policies } = context;
  app.withTypeProvider<TypeBoxTypeProvider>().post(
    '/api/v1/policies/recommend',
    {
      schema: {
        summary: 'Least-privilege policies for a namespace or a workload, from what was observed',
        description: `Each rule with what it was learned from. ${PROGRESS_NOTE}`,
        tags: ['policies'],
        querystring: Type.Object({ ...filterQuery, ...windowQuery }),
        body: RecommendBody,
        response: { 200: RecommendReplySchema, ...errorReplies },
      },
    },
    async (request, reply) => {
      const window = readWindow(request.query, context);
      const given = parseFilter(request.query.filter);
      const { namespace, workload = null, dialect, staged, includeDenied, tier } = request.body;
      const options = { namespace, workload, dialect, staged, includeDenied, tier, now: clock.now() };
      return answerQuery({ request, reply }, context, [window], async (control): Promise<RecommendReply> => {
        const { cluster } = policies.rulebook;
        const filter: Filter = { type: 'and', nodes: [given, ...touching(namespace, workload)] };
        const reduction = learnReduction({ options, cluster });
        const learned = await flows.reduce({ ...window, filter }, reduction, control);
        return {
          recommendations: learned.recommendations.map(toApi),
          yaml: inOneFile(learned.recommendations.map(({ yaml }) => yaml)),
          lines: learned.lines,
          ...window,
        };
      });
    },
  );
}

/** Lines that have the namespace, and the workload, at either end. */
function touching(namespace: string, workload: string | null): readonly Filter[] {
  const is = (field: string, value: string): Filter => ({ type: 'clause', field, op: '=', values: [value] });
  return [is('namespace', namespace), ...(workload === null ? [] : [is('workload', workload)])];
}

function toApi({ policy, ...rest }: Recommendation): ApiRecommendation {
  if (policy === null) return { ...rest, policy };
  const { kind, namespace, name } = policy;
  return { ...rest, policy: { kind, namespace, name } };
}

/** Documents that several of them share, such as a network set, are there once. */
function inOneFile(texts: readonly string[]): string {
  const documents = texts.flatMap((text) => text.split(/^---\n/m)).filter((text) => text.trim() !== '');
  return [...new Set(documents)].join('---\n');
}
