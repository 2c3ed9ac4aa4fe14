import { workloadOf } from '@vibrissa/model';
import { stringify } from 'yaml';
import type { AskedPolicy, Denial } from './denial.js';
import { farOf, withinOf } from './far-peer.js';
import type { Candidate, Found } from './fix-candidate.js';
import { type FixQuestion, farEnd } from './fix-question.js';
import { matchParty } from './match-labels.js';
import type { Direction, Peer } from './policy.js';
import { labelsAt } from './seen-connection.js';
import { isGivenLabel, isNamespaceName, lastingLabels, stableLabels } from './stable-labels.js';
import type { RuleStep } from './steps.js';
import { labelsToMatch } from './widen-selector.js';

/** Where an allow rule misses the far end by labels alone that it could be given. */
export function addedLabels(question: FixQuestion, denial: Denial): Found {
  const { direction, asked } = denial;
  const selecting = farEnd(direction) === 'source' ? 'source.selector' : 'destination.selector';
  const candidates = asked.flatMap((one) =>
    one.rules.flatMap((step): readonly Candidate[] => {
      if (step.action !== 'allow') return [];
      const missed = step.conditions.filter(({ match }) => match === 'no').map(({ aspect }) => aspect);
      if (missed.length !== 1 || missed[0] !== selecting) return [];
      return [
        workloadLabel(question, direction, one, step),
        namespaceLabel(question, direction, one, step),
      ].filter((candidate) => candidate !== null);
    }),
  );
  return { candidates, notes: [] };
}

/** What a rule wants of the far end; null where no label of a workload there could meet it. */
function farWorkload(
  { seen }: FixQuestion,
  direction: Direction,
  policy: AskedPolicy['policy'],
  { index }: RuleStep,
): Peer | null {
  const rule = policy[direction][index];
  if (rule === undefined || seen[farEnd(direction)].kind !== 'workload') return null;
  const far = farOf(rule, direction);
  return far.serviceAccounts === undefined ? far : null;
}

function workloadLabel(
  question: FixQuestion,
  direction: Direction,
  { policy }: AskedPolicy,
  step: RuleStep,
): Candidate | null {
  const end = farEnd(direction);
  const { namespace } = question.seen[end];
  const far = farWorkload(question, direction, policy, step);
  if (far === null || far.selector === null) return null;
  const within = withinOf(far, policy);
  if (within !== null && matchParty(within, question.connection[end]) !== 'yes') return null;
  const labels = labelsAt(question.seen, end);
  const own = lastingLabels(labels);
  const selected = stableLabels(labels);
  const given = labelsToMatch(far.selector, withOrchestrator(own));
  if (selected === null || !isWorthwhile(given) || !isNamespaceName(namespace) || namespace === '')
    return null;
  const workload = workloadOf(question.seen[end]);
  const made = makerOf(question, namespace, workload);
  return {
    kind: 'add-label',
    title: `Give ${workload} the ${words(given)} that rule ${step.written + 1} of ${policy.name} asks for`,
    edits: [{ op: 'label', namespace, workload, labels: given }],
    command: `kubectl -n ${namespace} label pods -l ${pairs(selected, ',')} ${pairs(given, ' ')}`,
    caveats: [
      made === null
        ? 'The next rollout makes pods without it: put it into the template that makes them too.'
        : `The next rollout makes pods without it, unless the template has it too: kubectl -n ${namespace} patch ${made} --type merge -p '${patchOf(given)}'`,
      `Every policy and every service that selects by ${Object.keys(given).join(', ')} sees it.`,
    ],
    shown: labelTexts(`labels of ${workload}`, own, given),
  };
}

function namespaceLabel(
  question: FixQuestion,
  direction: Direction,
  { policy }: AskedPolicy,
  step: RuleStep,
): Candidate | null {
  const end = farEnd(direction);
  const { namespace } = question.seen[end];
  const far = farWorkload(question, direction, policy, step);
  if (far === null || far.namespaceSelector === null) return null;
  if (far.selector !== null && matchParty(far.selector, question.connection[end]) !== 'yes') return null;
  // One that is not known may have any label already.
  const known = question.rulebook.cluster.namespaces.find(({ name }) => name === namespace);
  if (known === undefined || !isNamespaceName(namespace)) return null;
  const own = new Map(Object.entries(known.labels));
  const given = labelsToMatch(
    far.namespaceSelector,
    new Map([...own, ['projectcalico.org/name', namespace]]),
  );
  if (!isWorthwhile(given)) return null;
  return {
    kind: 'add-label',
    title: `Give namespace ${namespace} the ${words(given)} that rule ${step.written + 1} of ${policy.name} asks for`,
    edits: [{ op: 'label', namespace, workload: '', labels: given }],
    command: `kubectl label namespace ${namespace} ${pairs(given, ' ')}`,
    caveats: [
      `It is for all pods in ${namespace}, in every policy that selects namespaces by ${Object.keys(given).join(', ')}.`,
      `If Helm or a GitOps tool keeps the namespace, change it there: otherwise the change is reverted.`,
    ],
    shown: labelTexts(`labels of namespace ${namespace}`, own, given),
  };
}

/** The name of a namespace is not a label to give, nor is one that says which workload it is. */
function isWorthwhile(
  given: Readonly<Record<string, string>> | null,
): given is Readonly<Record<string, string>> {
  if (given === null) return false;
  const entries = Object.entries(given);
  return (
    entries.length > 0 && entries.every(([key, value]) => isGivenLabel(key, value) && key !== NAMESPACE_NAME)
  );
}

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

function withOrchestrator(labels: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...labels, ['projectcalico.org/orchestrator', 'k8s']]);
}

/** `deployment checkoutservice`; null when nothing that makes its pods is known. */
function makerOf({ rulebook: { cluster } }: FixQuestion, namespace: string, workload: string): string | null {
  const made = cluster.workloads.find((one) => one.namespace === namespace && one.name === workload);
  // Their template cannot be changed once they are made.
  if (made === undefined || !ROLLED_OUT.has(made.kind) || !isNamespaceName(workload)) return null;
  return `${made.kind.toLowerCase()} ${workload}`;
}

const ROLLED_OUT: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

function patchOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify({ spec: { template: { metadata: { labels } } } });
}

function labelTexts(of: string, own: ReadonlyMap<string, string>, given: Readonly<Record<string, string>>) {
  const text = (labels: ReadonlyMap<string, string>) =>
    stringify(
      { labels: Object.fromEntries([...labels].sort(([a], [b]) => (a < b ? -1 : 1))) },
      { lineWidth: 0 },
    );
  return { of, before: text(own), after: text(new Map([...own, ...Object.entries(given)])) };
}

function words(labels: Readonly<Record<string, string>>): string {
  return `label${Object.keys(labels).length > 1 ? 's' : ''} ${pairs(labels, ', ')}`;
}

function pairs(labels: Readonly<Record<string, string>>, between: string): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(between);
}
