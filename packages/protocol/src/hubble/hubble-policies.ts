import { NO_TRACE, type PolicyTrace } from '@vibrissa/model';
import { TrafficDirection, Verdict } from '../gen/flow/flow_pb.js';
import { isProblem } from '../record-problem.js';
import { readTrace } from '../trace-text.js';
import type { HubbleFlow, HubblePolicy } from './hubble-event.js';

/** Drop reasons that are a decision of policy; every other drop is trouble on the way. */
export const DEFAULT_DENY = 133;
const EXPLICIT_DENY = 181;
const AUTHENTICATION_REQUIRED = 189;

const KIND_WORDS: ReadonlyMap<string, string> = new Map([
  ['CiliumNetworkPolicy', 'cnp'],
  ['CiliumClusterwideNetworkPolicy', 'ccnp'],
  ['NetworkPolicy', 'knp'],
  ['ClusterNetworkPolicy', 'kcnp'],
]);

/** How the trace reader has names: anything else would be read as something else. */
const PLAIN_NAME = /^[^|/\s]{1,253}$/;
const MOST_POLICIES = 64;

/** Nothing allowed it: no policy is named, and none is guessed. */
const NOTHING_ALLOWED = '0|__PROFILE__|eot:|deny|-1';
const NONE: readonly string[] = Object.freeze([]);

export function isPolicyDrop(reason: number): boolean {
  return reason === DEFAULT_DENY || reason === EXPLICIT_DENY || reason === AUTHENTICATION_REQUIRED;
}

/** What policy said of the packet, as far as the event names it. Cilium has neither tiers nor rule numbers. */
export function traceOf(flow: HubbleFlow, isDenied: boolean): PolicyTrace {
  if (flow.verdict === Verdict.AUDIT) {
    const denied = hitsOf(deniedBy(flow), 'deny');
    return shared(NONE, denied.length === 0 ? [NOTHING_ALLOWED] : denied);
  }
  if (isDenied) {
    if (flow.dropReason === DEFAULT_DENY) return shared([NOTHING_ALLOWED], NONE);
    return shared(hitsOf(deniedBy(flow), 'deny'), NONE);
  }
  if (flow.verdict !== Verdict.FORWARDED && flow.verdict !== Verdict.REDIRECTED) return NO_TRACE;
  return shared(hitsOf(allowedBy(flow), 'allow'), NONE);
}

function allowedBy({ direction, egressAllowedBy, ingressAllowedBy }: HubbleFlow): readonly HubblePolicy[] {
  return ofDirection(direction, egressAllowedBy, ingressAllowedBy);
}

function deniedBy({ direction, egressDeniedBy, ingressDeniedBy }: HubbleFlow): readonly HubblePolicy[] {
  return ofDirection(direction, egressDeniedBy, ingressDeniedBy);
}

function ofDirection(
  direction: TrafficDirection,
  egress: readonly HubblePolicy[],
  ingress: readonly HubblePolicy[],
): readonly HubblePolicy[] {
  const [own, other] = direction === TrafficDirection.INGRESS ? [ingress, egress] : [egress, ingress];
  return own.length === 0 ? other : own;
}

function hitsOf(policies: readonly HubblePolicy[], action: 'allow' | 'deny'): readonly string[] {
  if (policies.length === 0) return NONE;
  const hits: string[] = [];
  for (const { kind, namespace, name } of policies) {
    if (!PLAIN_NAME.test(name) || (namespace !== '' && !PLAIN_NAME.test(namespace))) continue;
    const word = KIND_WORDS.get(kind) ?? (namespace === '' ? 'ccnp' : 'cnp');
    const full = namespace === '' ? name : `${namespace}/${name}`;
    hits.push(`${hits.length}|__PROFILE__|${word}:${full}|${action}|-2`);
    if (hits.length === MOST_POLICIES) break;
  }
  return hits;
}

/** Through the reader of texts, so that equal traces are one object whichever format told them. */
function shared(enforced: readonly string[], pending: readonly string[]): PolicyTrace {
  if (enforced.length === 0 && pending.length === 0) return NO_TRACE;
  const trace = readTrace(enforced, pending);
  return isProblem(trace) ? NO_TRACE : trace;
}
