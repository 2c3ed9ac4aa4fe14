import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { parseFilter } from '@vibrissa/model';
import { explainEvaluation, type JudgedFix, suggestFixes } from '@vibrissa/policy';
import type { ApiFix, FixesReply, WhyReply } from '@vibrissa/protocol/messages';
import type { QueryControl } from '@vibrissa/store';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../../context.js';
import { ErrorReplySchema } from '../../error-schema.js';
import { fixesReduction } from '../../policies/reductions.js';
import { answerQuery, PROGRESS_NOTE } from '../answer-query.js';
import { errorReplies } from '../error-replies.js';
import { filterQuery, readWindow, windowQuery } from '../window.js';
import { QuestionBody } from './bodies.js';
import { FixesReplySchema } from './change-schemas.js';
import { findConnection } from './find-connection.js';
import { toChange } from './read-change.js';
import { WhyReplySchema } from './schemas.js';

/** How many of the others that a fix changes are listed. */
const MOST_EXAMPLES = 20;

/** `POST /api/v1/policies/why` and `/fixes`: about one connection that was observed. */
export function questionRoutes(app: FastifyInstance, context: Context): void {
  const { flows, policies } = context;
  const scope = app.withTypeProvider<TypeBoxTypeProvider>();
  scope.post(
    '/api/v1/policies/why',
    {
      schema: {
        summary: 'Why an observed connection is allowed or denied, step by step',
        description: `By the known policies and by what was reported of it. ${PROGRESS_NOTE}`,
        tags: ['policies'],
        querystring: Type.Object(windowQuery),
        body: QuestionBody,
        response: { 200: WhyReplySchema, ...errorReplies, 404: ErrorReplySchema },
      },
    },
    async (request, reply) => {
      const window = readWindow(request.query, context);
      return answerQuery({ request, reply }, context, [window], async (control): Promise<WhyReply> => {
        const seen = await findConnection(request.body, window, flows, control);
        return explainEvaluation(seen, policies.engine);
      });
    },
  );
  scope.post(
    '/api/v1/policies/fixes',
    {
      schema: {
        summary: 'Changes that would allow a denied connection, those that change the least else first',
        description: `Each is tried on all that was observed in the window and matches the filter. ${PROGRESS_NOTE}`,
        tags: ['policies'],
        querystring: Type.Object({ ...filterQuery, ...windowQuery }),
        body: QuestionBody,
        response: { 200: FixesReplySchema, ...errorReplies, 404: ErrorReplySchema },
      },
    },
    async (request, reply) => {
      const window = readWindow(request.query, context);
      const filter = parseFilter(request.query.filter);
      const asked = request.body;
      return answerQuery({ request, reply }, context, [window], async (control): Promise<FixesReply> => {
        // Taken at once: policies may change while the connection is looked up.
        const { rulebook, engine } = policies;
        // Only the second reading, of all lines, takes long: progress is of it.
        const seen = await findConnection(asked, window, flows, silent(control));
        const { fixes, notes } = suggestFixes(seen, rulebook, engine.index);
        if (fixes.length === 0) return { fixes: [], notes, lines: 0 };
        const reduction = fixesReduction({ rulebook, fixes, asked, most: MOST_EXAMPLES });
        const judged = await flows.reduce({ ...window, filter }, reduction, control);
        return { fixes: judged.fixes.map(toApiFix), notes, lines: judged.lines };
      });
    },
  );
}

function silent({ progress: _, ...control }: QueryControl): QueryControl {
  return control;
}

function toApiFix({ edits, ...fix }: JudgedFix): ApiFix {
  return { ...fix, change: toChange(edits, fix.yaml) };
}
