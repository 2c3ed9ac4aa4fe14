import type { Finding } from './finding.js';
import type { Direction, Policy } from './policy.js';
import { policyNameText } from './policy-edit.js';

/** Which rule of the YAML a rule came from, from 0. */
export function writtenIndex(policy: Policy, direction: Direction, index: number): number {
  return policy[direction][index]?.written ?? index;
}

/** `Ingress rule 2`: people count from 1. */
export function ruleText(direction: Direction, written: number): string {
  return `${direction === 'ingress' ? 'Ingress' : 'Egress'} rule ${written + 1}`;
}

export function nameOf({ kind, namespace, name }: Policy): Finding['policy'] {
  return { kind, namespace, name };
}

/** `GlobalNetworkPolicy default-deny` */
export function policyText(policy: Policy): string {
  return policyNameText(policy);
}
