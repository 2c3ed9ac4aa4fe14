import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { parseFilter } from '@vibrissa/model';
import { problemText } from '@vibrissa/policy';
import type { ApiChangeTotals, AppliedReply, WhatIfReply } from '@vibrissa/protocol/messages';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../../context.js';
import { ErrorReplySchema } from '../../error-schema.js';
import { RequestError } from '../../errors.js';
import type { PolicyApplier } from '../../policies/policy-applier.js';
import { changeReduction } from '../../policies/reductions.js';
import { answerQuery, PROGRESS_NOTE } from '../answer-query.js';
import { errorReplies } from '../error-replies.js';
import { filterQuery, readWindow, windowQuery } from '../window.js';
import { ChangeBody, EmptyBody } from './bodies.js';
import { WhatIfReplySchema } from './change-schemas.js';
import { listed } from './problems.js';
import { asRequestError, editedBook, hasErrors, readChange } from './read-change.js';
import { AppliedReplySchema } from './schemas.js';
import type { YamlReader } from './yaml-reader.js';

/** How many changes are listed; all are counted. */
const MOST_CHANGES = 500;

/** How many policies a play can be given; it keeps them in memory for as long as it goes on. */
const MOST_POLICIES = 2_000;

const NONE: ApiChangeTotals = { lines: 0, connections: 0, bytes: 0 };
const NOTHING: Omit<WhatIfReply, 'problems' | 'from' | 'to'> = {
  lines: 0,
  totals: { 'newly-denied': NONE, 'newly-allowed': NONE, uncertain: NONE },
  changes: [],
  isCut: false,
  disagreeing: 0,
  traces: null,
};

/** `POST /api/v1/policies/what-if`, `/apply` and `/reset`: a change, foreseen and made. */
export function changeRoutes(app: FastifyInstance, context: Context, reader: YamlReader): void {
  const { demo, flows, log, policies } = context;
  const scope = app.withTypeProvider<TypeBoxTypeProvider>();
  scope.post(
    '/api/v1/policies/what-if',
    {
      schema: {
        summary: 'Which observed connections a change of policies would deny or allow',
        description:
          'Tries it on all that was observed in the window and matches the filter; what facts are missing for is ' +
          `told apart. YAML that cannot be read is answered with its problems alone. ${PROGRESS_NOTE}`,
        tags: ['policies'],
        querystring: Type.Object({ ...filterQuery, ...windowQuery }),
        body: ChangeBody,
        response: { 200: WhatIfReplySchema, ...errorReplies },
      },
    },
    async (request, reply) => {
      const window = readWindow(request.query, context);
      const filter = parseFilter(request.query.filter);
      return answerQuery({ request, reply }, context, [window], async (control): Promise<WhatIfReply> => {
        const { edits, problems } = await readChange(request.body, reader);
        if (hasErrors(problems)) return { ...NOTHING, problems: listed(problems), ...window };
        const { rulebook } = policies;
        // Here, where the caller can be told what is wrong with it, and not in the history's thread.
        editedBook(rulebook, edits);
        const reduction = changeReduction({ rulebook, edits, most: MOST_CHANGES });
        const answer = await flows.reduce({ ...window, filter }, reduction, control);
        return { ...answer, problems: listed(problems), ...window };
      });
    },
  );
  const replies = { 200: AppliedReplySchema, 400: ErrorReplySchema, 409: ErrorReplySchema };
  scope.post(
    '/api/v1/policies/apply',
    {
      schema: {
        summary: 'Put a change of policies into force in the simulated cluster',
        description: 'A real cluster is only ever read: there it is answered 409, with what to do instead.',
        tags: ['policies'],
        body: ChangeBody,
        response: replies,
      },
    },
    async (request) => {
      // Whoever cannot be answered is told before anything is read.
      simulated(demo.applier);
      const { edits, problems } = await readChange(request.body, reader);
      const applier = simulated(demo.applier);
      const wrong = problems.find(({ severity }) => severity === 'error');
      if (wrong !== undefined) throw new RequestError('bad-yaml', 400, problemText(wrong));
      if (edits.length === 0) {
        throw new RequestError(
          'nothing-to-apply',
          400,
          'the change says nothing: give yaml, remove, enforce or labels',
        );
      }
      const count = editedBook(policies.rulebook, edits).policies.length;
      if (count > MOST_POLICIES) {
        const message = `there would be ${count} policies, a play has at most ${MOST_POLICIES}: remove some, or reset`;
        throw new RequestError('too-many-policies', 400, message);
      }
      try {
        const done = applier.apply(edits);
        log.info({ done }, 'a change of policies was applied in the simulated cluster');
        return { done: [...done], version: policies.version } satisfies AppliedReply;
      } catch (error) {
        throw asRequestError(error);
      }
    },
  );
  scope.post(
    '/api/v1/policies/reset',
    {
      schema: {
        summary: 'Take back all that was applied in the simulated cluster',
        tags: ['policies'],
        body: EmptyBody,
        response: replies,
      },
    },
    async () => {
      const done = simulated(demo.applier).reset();
      return { done: [...done], version: policies.version } satisfies AppliedReply;
    },
  );
}

function simulated(applier: PolicyApplier | null): PolicyApplier {
  if (applier !== null) return applier;
  throw new RequestError(
    'cluster-is-real',
    409,
    'only a simulated cluster is changed here, and none plays: save the YAML as change.yaml and run ' +
      '`kubectl apply -f change.yaml`',
  );
}
