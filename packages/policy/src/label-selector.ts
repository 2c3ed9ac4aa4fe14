import { allOf, type Selector } from './selector.js';

/** One line of a Kubernetes label selector's matchExpressions. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly LabelRequirement[];
}

/** Only pods have this label, so what a Kubernetes selector matches is never a host or a network set. */
export const OF_KUBERNETES: Selector = Object.freeze({
  op: 'eq',
  key: 'projectcalico.org/orchestrator',
  value: 'k8s',
});

/** A Kubernetes selector of namespaces; an empty one selects all. */
export function namespacesSelected(selector: LabelSelector): Selector {
  return allOf(...requirements(selector));
}

/** A Kubernetes selector of pods; an empty one selects all pods. */
export function podsSelected(selector: LabelSelector): Selector {
  return allOf(OF_KUBERNETES, ...requirements(selector));
}

/** Sorted by label, as Calico writes them. */
function requirements({ matchLabels, matchExpressions }: LabelSelector): readonly Selector[] {
  const equal = Object.entries(matchLabels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]): Selector => ({ op: 'eq', key, value }));
  return [...equal, ...matchExpressions.map(requirement)];
}

function requirement({ key, operator, values }: LabelRequirement): Selector {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return { op: operator === 'In' ? 'in' : 'not-in', key, values: [...new Set(values)].sort() };
    case 'Exists':
      return { op: 'has', key };
    case 'DoesNotExist':
      return { op: 'not', of: { op: 'has', key } };
  }
}
