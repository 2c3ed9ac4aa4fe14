import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  type Filter,
  type FlowGroup,
  intersectLabels,
  type Labels,
  printFilter,
  workloadOf,
} from '@vibrissa/model';
import {
  type Cluster,
  type Dataplane,
  dataplaneOf,
  type Quarantine,
  quarantine,
  type Suspect,
  seenConnection,
} from '@vibrissa/policy';
import type { QuarantineReply } from '@vibrissa/protocol/messages';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../../context.js';
import { ErrorReplySchema } from '../../error-schema.js';
import { RequestError } from '../../errors.js';
import { changeReduction } from '../../policies/reductions.js';
import { answerQuery, PROGRESS_NOTE } from '../answer-query.js';
import { errorReplies } from '../error-replies.js';
import { readWindow, windowQuery } from '../window.js';
import { QuarantineBody } from './bodies.js';
import { QuarantineReplySchema } from './change-schemas.js';
import { toChange } from './read-change.js';
import { madeBy } from './selected-workloads.js';

/** So many lines tell a workload's labels and what enforces policies. */
const MOST_READ = 500;

/** How many peers that it would cut off are listed; all are counted. */
const MOST_PEERS = 200;

/** `POST /api/v1/policies/quarantine`: what cuts a workload off, and from whom. */
export function quarantineRoute(app: FastifyInstance, context: Context): void {
  const { flows, policies } = context;
  app.withTypeProvider<TypeBoxTypeProvider>().post(
    '/api/v1/policies/quarantine',
    {
      schema: {
        summary: 'How to cut a workload off from everyone, and whom that would cut off',
        description: PROGRESS_NOTE,
        tags: ['policies'],
        querystring: Type.Object(windowQuery),
        body: QuarantineBody,
        response: { 200: QuarantineReplySchema, ...errorReplies, 404: ErrorReplySchema },
      },
    },
    async (request, reply) => {
      const window = readWindow(request.query, context);
      const { namespace, workload } = request.body;
      return answerQuery({ request, reply }, context, [window], async (control): Promise<QuarantineReply> => {
        const { rulebook } = policies;
        const filter = atEitherEnd(namespace, workload);
        const page = await flows.flows(
          { ...window, filter, grouping: 'connection', limit: MOST_READ },
          { ...control, progress: () => {} },
        );
        if (page.groups.length === 0) throw notObserved(namespace, workload);
        const labels =
          labelsOf(page.groups, namespace, workload) ?? knownLabels(rulebook.cluster, namespace, workload);
        const suspect = { namespace, name: workload, labels };
        const reports = page.groups.flatMap((group) => seenConnection(group).flows);
        const plan = quarantine(suspect, dataplaneOf(reports));
        const { edits } = predicted(plan, suspect, dataplaneOf(reports));
        const reduction = changeReduction({ rulebook, edits, most: MOST_PEERS });
        const { changes, totals } = await flows.reduce({ ...window, filter }, reduction, control);
        return {
          title: plan.title,
          does: plan.does,
          yaml: plan.yaml,
          commands: plan.commands,
          caveats: plan.caveats,
          cutsOff: changes.filter(({ direction }) => direction === 'newly-denied'),
          totals: totals['newly-denied'],
          watch: printFilter(end('source', namespace, workload)),
          change: toChange(plan.edits, plan.yaml),
        };
      });
    },
  );
}

/** Cilium's own kind is not evaluated here; it cuts off whom Calico's would. */
function predicted(plan: Quarantine, suspect: Suspect, dataplane: Dataplane): Quarantine {
  return dataplane === 'cilium' ? quarantine(suspect, 'calico') : plan;
}

function end(side: 'source' | 'dest', namespace: string, workload: string): Filter {
  const is = (field: string, value: string): Filter => ({
    type: 'clause',
    field: `${side}.${field}`,
    op: '=',
    values: [value],
  });
  return {
    type: 'and',
    nodes: [is('kind', 'workload'), is('namespace', namespace), is('workload', workload)],
  };
}

function atEitherEnd(namespace: string, workload: string): Filter {
  return { type: 'or', nodes: [end('source', namespace, workload), end('dest', namespace, workload)] };
}

/** The labels that all of its pods are known to have; null where none is known. */
function knownLabels(cluster: Cluster, namespace: string, workload: string): Labels {
  let labels: Labels = null;
  for (const pod of cluster.pods) {
    if (pod.namespace !== namespace || madeBy(pod) !== workload) continue;
    const own = Object.entries(pod.labels).map(([key, value]) => `${key}=${value}`);
    labels = intersectLabels(labels, own.sort());
  }
  return labels;
}

/** The labels that all reports of the workload have in common. */
function labelsOf(groups: readonly FlowGroup[], namespace: string, workload: string): Labels {
  let labels: Labels = null;
  for (const { key, flows } of groups) {
    for (const { sourceLabels, destLabels } of flows) {
      for (const [endpoint, own] of [
        [key.source, sourceLabels],
        [key.dest, destLabels],
      ] as const) {
        const isIt = endpoint.namespace === namespace && workloadOf(endpoint) === workload;
        if (isIt) labels = intersectLabels(labels, own);
      }
    }
  }
  return labels;
}

function notObserved(namespace: string, workload: string): RequestError {
  return new RequestError(
    'not-observed',
    404,
    `nothing was observed of ${namespace}/${workload} in this window: workloads are named as in flows, without ` +
      'the -*; or widen the window',
  );
}
