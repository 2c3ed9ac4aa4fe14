import type { Fix } from './fix.js';
import type { Direction, Policy, PolicyObjectKind, Rule } from './policy.js';

/** A change that may let a connection through at one end, before anybody has tried it. */
export interface Candidate {
  readonly kind: Fix['kind'];
  /** Begins with a capital and has no full stop. */
  readonly title: string;
  readonly edits: Fix['edits'];
  readonly command: string | null;
  readonly caveats: readonly string[];
  /** What a command changes, as YAML before and after; null where edits of policies tell. */
  readonly shown: { readonly of: string; readonly before: string; readonly after: string } | null;
}

/** What could be found for one end, and what kept more from being found. */
export interface Found {
  readonly candidates: readonly Candidate[];
  readonly notes: readonly string[];
}

/** Kinds whose author writes several peers and protocols in one rule. */
export function isSpread(kind: PolicyObjectKind): boolean {
  return isOfKubernetes(kind) || kind === 'ClusterNetworkPolicy';
}

/** A policy's rules, where several can be of one written rule each with the number of that. */
export function countedRules(policy: Policy, direction: Direction): readonly Rule[] {
  const rules = policy[direction];
  if (!isSpread(policy.kind) || rules.some(({ written }) => written !== undefined)) return rules;
  return rules.map((rule, written) => ({ ...rule, written }));
}

export function isOfKubernetes(kind: PolicyObjectKind): boolean {
  return kind === 'NetworkPolicy' || kind === 'StagedKubernetesNetworkPolicy';
}

/** What to know before a policy that somebody wrote is replaced by what is known of it. */
export function rewriteCaveats({ name }: Policy): readonly string[] {
  return [
    `The YAML is ${name} as it was read: labels, annotations and comments of the original are not in it.`,
    `If Helm or a GitOps tool keeps ${name}, change it there: otherwise the change is reverted.`,
  ];
}
