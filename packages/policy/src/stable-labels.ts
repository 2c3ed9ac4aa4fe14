import type { Labels } from '@vibrissa/model';

/** Pods with this label are the ones a quarantine cuts off: a policy that stands ready does nothing without it. */
export const QUARANTINE_LABEL = 'vibrissa.io/quarantine';

/** Labels that controllers put on pods: they change with a rollout, or differ from pod to pod. */
const GENERATED = new Set([
  // It says what is done to a workload, not which one it is.
  QUARANTINE_LABEL,
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'controller-uid',
  'job-name',
]);
const GENERATED_PREFIXES = ['batch.kubernetes.io/', 'projectcalico.org/', 'pcns.', 'pcsa.'];

/** What Kubernetes lets a label be. Flows are hostile text: what is none could break out of a selector's quotes. */
const KEY = /^[A-Za-z0-9_./-]{1,317}$/;
const VALUE = /^[A-Za-z0-9_.-]{0,63}$/;
const NAMESPACE = /^[a-z0-9-]{0,63}$/;

/** True for what can be a namespace, or for none; anything else must not get into a policy. */
export function isNamespaceName(text: string): boolean {
  return NAMESPACE.test(text);
}

/** The labels that name a workload by themselves, the most telling first. */
export const NAMING = ['app.kubernetes.io/name', 'app', 'k8s-app'] as const;

/**
 * The fewest labels that a policy can select a workload by and that survive its next rollout:
 * the one that names it, with its component if it has one; else all that are stable.
 * Null when no label is known that would do.
 */
export function stableLabels(labels: Labels): Readonly<Record<string, string>> | null {
  const stable = lastingLabels(labels);
  const naming = NAMING.find((key) => stable.has(key));
  const wanted = naming === undefined ? [...stable.keys()] : [naming, 'app.kubernetes.io/component'];
  const chosen = wanted.flatMap((key) => {
    const value = stable.get(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return chosen.length === 0 ? null : Object.fromEntries(chosen);
}

/** The labels that survive the next rollout, all of them. */
export function lastingLabels(labels: Labels): ReadonlyMap<string, string> {
  const stable = new Map<string, string>();
  for (const label of labels ?? []) {
    const split = label.indexOf('=');
    const key = split < 0 ? label : label.slice(0, split);
    const value = split < 0 ? '' : label.slice(split + 1);
    if (!KEY.test(key) || !VALUE.test(value)) continue;
    if (GENERATED.has(key) || GENERATED_PREFIXES.some((prefix) => key.startsWith(prefix))) continue;
    stable.set(key, value);
  }
  return stable;
}

/** True for what can be a label that people give, not one that names the workload or that controllers give. */
export function isGivenLabel(key: string, value: string): boolean {
  const isNaming = NAMING.some((naming) => naming === key);
  return !isNaming && lastingLabels([`${key}=${value}`]).get(key) === value;
}
