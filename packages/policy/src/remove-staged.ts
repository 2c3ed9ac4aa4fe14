import { isStaged } from '@vibrissa/model';
import { denialAt } from './denial.js';
import type { Candidate } from './fix-candidate.js';
import { type FixQuestion, originOf } from './fix-question.js';
import type { Policy } from './policy.js';
import { isSamePolicy } from './policy-edit.js';
import { enforcedTwin } from './staged.js';

const MOST = 20;

/** Takes back each staged policy by which it would be denied, or which would delete what allows it. */
export function removedStaged(question: FixQuestion): readonly Candidate[] {
  if (!question.staged) return [];
  const asked = question.denies.flatMap((direction) =>
    denialAt(question, direction).asked.map(({ policy }) => originOf(question, policy)),
  );
  const deleting = question.rulebook.policies.filter(
    (policy) =>
      policy.stagedAction === 'delete' &&
      question.rulebook.policies.some((one) => isSamePolicy(one, enforcedTwin(policy))),
  );
  return [...new Set([...asked, ...deleting])]
    .filter(({ kind, name, namespace }) => isStaged(kind) && isObjectName(name) && isObjectName(namespace))
    .slice(0, MOST)
    .map(removed);
}

function removed(policy: Policy): Candidate {
  const { kind, namespace, name } = policy;
  const within = namespace === '' ? '' : ` -n ${namespace}`;
  return {
    kind: 'remove-staged',
    title: `Remove the staged policy ${name}`,
    edits: [{ op: 'remove', policy: { kind, namespace, name } }],
    command: `kubectl${within} delete ${RESOURCES[kind]} ${name}`,
    caveats: [
      `Then nothing that ${name} was to keep out is kept out once staged policies are enforced.`,
      'kubectl needs the Calico API server; without it use calicoctl.',
    ],
    shown: null,
  };
}

const RESOURCES: Partial<Record<Policy['kind'], string>> = {
  StagedNetworkPolicy: 'stagednetworkpolicies.projectcalico.org',
  StagedGlobalNetworkPolicy: 'stagedglobalnetworkpolicies.projectcalico.org',
  StagedKubernetesNetworkPolicy: 'stagedkubernetesnetworkpolicies.projectcalico.org',
};

/** What Kubernetes lets a name be, or none: nothing that a shell would read otherwise. */
function isObjectName(text: string): boolean {
  return /^[a-z0-9.-]*$/.test(text);
}
