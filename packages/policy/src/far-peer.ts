import { workloadOf } from '@vibrissa/model';
import { podsWith } from './allow-rule.js';
import { effectivePeerSelector } from './effective-selector.js';
import { isSpread } from './fix-candidate.js';
import { type FixQuestion, farEnd } from './fix-question.js';
import type { Direction, Peer, Policy, Rule } from './policy.js';
import { labelsAt } from './seen-connection.js';
import type { Selector } from './selector.js';
import { stableLabels } from './stable-labels.js';
import { type NamedPeer, peerFor } from './suggest-peer.js';
import { endNames } from './words.js';

/** The far end as a rule of this policy names it, in its dialect. */
export function farPeer(
  { seen }: FixQuestion,
  direction: Direction,
  { kind, namespace }: Pick<Policy, 'kind' | 'namespace'>,
): NamedPeer {
  const end = farEnd(direction);
  const dialect = isSpread(kind) ? 'kubernetes' : 'calico';
  const named = peerFor(seen, end, namespace, dialect);
  const labels = stableLabels(labelsAt(seen, end));
  if (dialect === 'calico' || named.peer === null || named.peer.selector === null || labels === null) {
    return named;
  }
  return { ...named, peer: { ...named.peer, selector: podsWith(labels) } };
}

/** What a person calls the far end: `checkoutservice in shop` where the namespaces differ, an address outside. */
export function farName({ seen }: FixQuestion, direction: Direction): string {
  const end = farEnd(direction);
  const endpoint = seen[end];
  if (endpoint.kind !== 'workload' || seen.source.namespace === seen.dest.namespace) {
    return endNames(seen.source, seen.dest)[end];
  }
  return `${workloadOf(endpoint)} in ${endpoint.namespace}`;
}

/** The far end of a rule, without the ports, which are the destination's whichever way one looks. */
export function farOf(rule: Rule, direction: Direction): Peer {
  return direction === 'ingress' ? rule.source : { ...rule.dest, ports: [] };
}

/** Where a rule looks for its far end; null is everywhere. */
export function withinOf(far: Peer, policy: Policy): Selector | null {
  return effectivePeerSelector(
    { ...far, selector: far.namespaceSelector === null ? { op: 'all' } : null },
    policy.namespace,
  );
}
