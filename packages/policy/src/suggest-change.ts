import {
  decidingHit,
  isStaged,
  type PolicyHit,
  type PolicyRef,
  pendingVerdict,
  policyOf,
} from '@vibrissa/model';
import { allowName, allowRule, podsWith, WITH_PORTS } from './allow-rule.js';
import { isOfCilium } from './dataplane.js';
import { type Direction, KUBERNETES_ORDER, type Policy } from './policy.js';
import { labelsAt, type SeenConnection, type SeenReport } from './seen-connection.js';
import { labelsEqual } from './selector.js';
import { isNamespaceName, stableLabels } from './stable-labels.js';
import { peerFor } from './suggest-peer.js';
import { endNames, policyWords, portWords } from './words.js';
import { writeYaml } from './write-yaml.js';

/** A change that would allow what was denied, or would be. */
export interface Suggestion {
  readonly title: string;
  /** The side that it changes. */
  readonly direction: Direction;
  /** Whether it answers a denial of today or one that staged policies would bring. */
  readonly answers: 'denied' | 'would-be-denied';
  /** Null when the reports do not suffice to write one; the caveats say what is missing. */
  readonly policy: Policy | null;
  /** For `kubectl apply`; empty without a policy. */
  readonly yaml: string;
  readonly caveats: readonly string[];
}

/** The order of a known policy; undefined when it is not known. */
export type OrderOf = (policy: PolicyRef) => number | null | undefined;

interface Denial {
  readonly direction: Direction;
  readonly answers: Suggestion['answers'];
  readonly hit: PolicyHit | null;
}

/**
 * The smallest policy for each side that denies, or would deny, a connection, from its reports alone.
 * `orderOf` tells the order of policies where they are known; without it the caveats name what to check.
 */
export function suggestChange(
  seen: SeenConnection,
  orderOf: OrderOf = () => undefined,
): readonly Suggestion[] {
  const found = new Map<string, Suggestion>();
  for (const denial of seen.flows.flatMap(denialOf)) {
    const suggestion = suggestFor(seen, denial, orderOf);
    found.set(suggestion.yaml === '' ? suggestion.title : suggestion.yaml, suggestion);
  }
  return [...found.values()];
}

function denialOf(report: SeenReport): readonly Denial[] {
  if (report.reporter === 'fwd') return [];
  const direction = report.reporter === 'src' ? 'egress' : 'ingress';
  if (report.verdict === 'deny') {
    return [{ direction, answers: 'denied', hit: decidingHit(report.enforced) }];
  }
  if (pendingVerdict(report) !== 'deny') return [];
  return [{ direction, answers: 'would-be-denied', hit: decidingHit(report.pending) }];
}

function suggestFor(seen: SeenConnection, denial: Denial, orderOf: OrderOf): Suggestion {
  const { direction, answers, hit } = denial;
  const { source, dest } = endNames(seen.source, seen.dest);
  const what = portWords(seen.protocol, seen.port);
  const title =
    direction === 'ingress'
      ? `Let ${dest} accept ${what} from ${source}`
      : `Let ${source} call ${dest} on ${what}`;
  const none = (caveat: string): Suggestion => ({
    title,
    direction,
    answers,
    policy: null,
    yaml: '',
    caveats: [caveat],
  });
  if (hit === null) return none('The report does not say which policy denied it, so none can be suggested.');
  const ref = policyOf(hit);
  if (ref.kind === 'ClusterNetworkPolicy') {
    return none(`${policyWords(ref)} is set for the whole cluster and can only be changed itself.`);
  }
  if (ref.kind === 'CiliumNetworkPolicy' || ref.kind === 'CiliumClusterwideNetworkPolicy') {
    return none(
      `In Cilium a denial outweighs every allow: change the rule of ${policyWords(ref)} that denies it.`,
    );
  }
  const end = direction === 'ingress' ? 'dest' : 'source';
  const own = seen[end];
  const labels = stableLabels(labelsAt(seen, end));
  if (labels === null) {
    return none(`No stable label of ${endNames(seen.source, seen.dest)[end]} was reported to select it by.`);
  }
  if (!isNamespaceName(seen.source.namespace) || !isNamespaceName(seen.dest.namespace)) {
    return none('The report names a namespace that cannot be.');
  }
  const hasPorts = WITH_PORTS.has(seen.protocol);
  if (seen.protocol === '' || (hasPorts && seen.port === 0)) {
    return none('The protocol or port is not known; look at a single connection.');
  }
  const isCilium = isOfCilium(hit);
  if (isCilium && !hasPorts)
    return none(`A Kubernetes policy cannot name ${what}; allow it in a policy of Cilium's own.`);
  const dialect = (isKubernetes(ref) && hasPorts) || isCilium ? 'kubernetes' : 'calico';
  const far = peerFor(seen, direction === 'ingress' ? 'source' : 'dest', own.namespace, dialect);
  if (far.peer === null) return { ...none(''), caveats: far.caveats };

  const order = orderFor(hit, ref, orderOf);
  const rule = allowRule(seen, direction, far.peer);
  const tier = hit.kind === 'Profile' || hit.tier === '' ? 'default' : hit.tier;
  const policy: Policy = {
    kind: kindFor(ref, own.namespace, dialect),
    namespace: own.namespace,
    name: allowName(seen, tier),
    tier,
    order: dialect === 'kubernetes' ? KUBERNETES_ORDER : order.value,
    selector: dialect === 'kubernetes' ? podsWith(labels) : labelsEqual(labels),
    namespaceSelector: null,
    types: [direction],
    ingress: direction === 'ingress' ? [rule] : [],
    egress: direction === 'egress' ? [rule] : [],
  };
  return {
    title,
    direction,
    answers,
    policy,
    yaml: writeYaml([policy]),
    caveats: [
      ...far.caveats,
      ...(dialect === 'calico' ? order.caveats : []),
      ...caveatsFor(seen, denial, policy, ref),
    ],
  };
}

function isKubernetes({ kind }: PolicyRef): boolean {
  return kind === 'NetworkPolicy' || kind === 'StagedKubernetesNetworkPolicy';
}

/** A staged denial is answered by a staged policy: enforced alone it would put the tier into force for these pods. */
function kindFor(ref: PolicyRef, namespace: string, dialect: 'calico' | 'kubernetes'): Policy['kind'] {
  if (dialect === 'kubernetes') return isStaged(ref.kind) ? 'StagedKubernetesNetworkPolicy' : 'NetworkPolicy';
  if (isStaged(ref.kind)) return namespace === '' ? 'StagedGlobalNetworkPolicy' : 'StagedNetworkPolicy';
  return namespace === '' ? 'GlobalNetworkPolicy' : 'CalicoNetworkPolicy';
}

interface OrderChoice {
  readonly value: number | null;
  readonly caveats: readonly string[];
}

/** Where no rule matched any place in the tier will do; before a rule that denies only an earlier one. */
function orderFor(hit: PolicyHit, ref: PolicyRef, orderOf: OrderOf): OrderChoice {
  if (hit.kind === 'EndOfTier' || hit.kind === 'Profile') return { value: null, caveats: [] };
  const known = orderOf(ref);
  if (known !== undefined) return { value: known === null ? 0 : known - 1, caveats: [] };
  return {
    value: 0,
    caveats: [
      `It must come before ${policyWords(ref)}, whose order is not in the report: order 0 does unless that policy's ` +
        'own order is 0 or less.',
    ],
  };
}

function caveatsFor(seen: SeenConnection, denial: Denial, policy: Policy, ref: PolicyRef): readonly string[] {
  const { source, dest } = endNames(seen.source, seen.dest);
  const caveats: string[] = [];
  if (isStaged(policy.kind)) {
    caveats.push(
      `It is staged like ${ref.name}: enforce the two together, or add its rule to ${ref.name} instead.`,
    );
  }
  if (policy.tier !== 'default' && policy.kind !== 'NetworkPolicy') {
    caveats.push(`An allow in tier ${policy.tier} is final: later tiers are not asked about this call.`);
  }
  if (denial.direction === 'egress' && !seen.flows.some(({ reporter }) => reporter === 'dst')) {
    if (seen.dest.kind === 'workload')
      caveats.push(`${dest} was never asked: its own policies may deny the call too.`);
  }
  const many = denial.direction === 'ingress' ? dest : source;
  caveats.push(`It applies to every pod that has the labels of ${many}.`);
  return caveats;
}
