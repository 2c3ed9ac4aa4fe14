import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { parseFilter } from '@vibrissa/model';
import { isSamePolicy, lint } from '@vibrissa/policy';
import type { LintReply } from '@vibrissa/protocol/messages';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../../context.js';
import { answerQuery, PROGRESS_NOTE } from '../answer-query.js';
import { errorReplies } from '../error-replies.js';
import { filterQuery, readWindow, windowQuery } from '../window.js';
import { LintBody } from './bodies.js';
import type { PolicyBoards } from './policy-board.js';
import { listed } from './problems.js';
import { editedBook, readChange } from './read-change.js';
import { LintReplySchema } from './schemas.js';
import type { YamlReader } from './yaml-reader.js';

/** `POST /api/v1/policies/lint`: what is wrong with policies, those known or those given. */
export function lintRoute(
  app: FastifyInstance,
  context: Context,
  { boards, reader }: { readonly boards: PolicyBoards; readonly reader: YamlReader },
): void {
  const { policies } = context;
  app.withTypeProvider<TypeBoxTypeProvider>().post(
    '/api/v1/policies/lint',
    {
      schema: {
        summary: 'What is wrong with the known policies, or with those of YAML that is given',
        description: `Rules that nothing hit in the window are told of known policies only. ${PROGRESS_NOTE}`,
        tags: ['policies'],
        querystring: Type.Object({ ...filterQuery, ...windowQuery }),
        body: LintBody,
        response: { 200: LintReplySchema, ...errorReplies },
      },
    },
    async (request, reply) => {
      const { from, to, filter } = request.query;
      const window = readWindow(request.query, context);
      const query = { ...window, filter: parseFilter(filter) };
      const { yaml } = request.body;
      const call = { request, reply };
      if (yaml !== undefined) {
        return answerQuery(call, context, [], () => lintYaml(yaml, reader, context));
      }
      return answerQuery(call, context, [window], async (control): Promise<LintReply> => {
        const { findings, engine } = await boards.read(JSON.stringify([from, to, filter]), query, control);
        return {
          findings,
          problems: policies.sources.flatMap(({ problems }) => listed(problems)),
          policies: engine.set.policies.length,
        };
      });
    },
  );
}

async function lintYaml(yaml: string, reader: YamlReader, { policies }: Context): Promise<LintReply> {
  const { edits, problems } = await readChange({ yaml }, reader);
  const given = edits.flatMap((edit) => (edit.op === 'put' ? [edit.policy] : []));
  const book = editedBook(policies.rulebook, edits);
  // Hits were counted of rules that may be others now.
  const findings = lint(book, null).filter(({ policy }) => given.some((one) => isSamePolicy(one, policy)));
  return { findings, problems: listed(problems), policies: given.length };
}
