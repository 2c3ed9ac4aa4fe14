import type { ClusterIndex } from './cluster-index.js';
import type { Party } from './connection.js';
import { effectivePeerSelector } from './effective-selector.js';
import type { Finding } from './finding.js';
import { nameOf, ruleText } from './lint-words.js';
import { matchParty } from './match-labels.js';
import { DIRECTIONS, type Direction, type Peer, type Policy } from './policy.js';
import type { PolicySet } from './policy-set.js';
import type { Selector } from './selector.js';

/** Everything that policies can name in a cluster, each kind of labels once. */
export class KnownEnds {
  readonly endpoints: readonly Party[];
  private readonly all: readonly Party[];
  private readonly withPods: ReadonlySet<string>;
  private readonly answers = new Map<string, boolean>();

  constructor(private readonly index: ClusterIndex) {
    const { pods, workloads, hostEndpoints, networkSets } = index.cluster;
    const own = [...pods, ...workloads].filter(({ hostNetwork }) => !hostNetwork);
    this.withPods = new Set(own.map(({ namespace }) => namespace));
    this.endpoints = distinct([
      ...pods
        .filter(({ hostNetwork }) => !hostNetwork)
        .map(({ namespace, name }) => index.pod(namespace, name)),
      ...workloads
        .filter(({ hostNetwork }) => !hostNetwork)
        .map(({ namespace, name, kind }) => index.workload(namespace, name, kind)),
      ...hostEndpoints.map(({ name }) => index.host(name)),
    ]);
    this.all = [
      ...this.endpoints,
      ...distinct(networkSets.map(({ namespace, name }) => index.networkSet(namespace, name))),
    ];
  }

  /** Whether what is not found in a namespace is not there; empty for the whole cluster. */
  isKnown(namespace: string): boolean {
    return this.index.cluster.complete || (namespace !== '' && this.withPods.has(namespace));
  }

  get isComplete(): boolean {
    return this.index.cluster.complete;
  }

  hasService(namespace: string, name: string): boolean {
    return this.index.cluster.services.some((one) => one.namespace === namespace && one.name === name);
  }

  isMatched(selector: Selector): boolean {
    const text = JSON.stringify(selector);
    const found = this.answers.get(text) ?? this.all.some((party) => matchParty(selector, party) !== 'no');
    this.answers.set(text, found);
    return found;
  }
}

/** Ends with the same labels are one to every selector. */
function distinct(parties: readonly (Party | null)[]): readonly Party[] {
  const found = new Map<string, Party>();
  for (const party of parties) {
    if (party === null) continue;
    const { kind, labels, unsure } = party;
    const text = JSON.stringify([kind, [...(labels ?? [])], [...(unsure?.keys ?? [])], unsure]);
    if (!found.has(text)) found.set(text, party);
  }
  return [...found.values()];
}

/** Policies that govern nothing that is known, and peers that nothing known is. */
export function lintSelection(set: PolicySet, ends: KnownEnds): readonly Finding[] {
  const governing = governingPolicies(set, ends);
  const findings: Finding[] = [];
  for (const policy of set.policies) {
    const { doNotTrack = false, preDnat = false } = policy.hostOptions ?? {};
    const isAsked = !doNotTrack && !preDnat && policy.stagedAction !== 'delete' && policy.types.length > 0;
    if (isAsked && ends.isKnown(policy.namespace) && !governing.has(policy)) {
      const where = policy.namespace === '' ? 'the cluster' : `namespace ${policy.namespace}`;
      findings.push({
        code: 'selects-nothing',
        severity: 'warning',
        policy: nameOf(policy),
        rule: null,
        message: `It selects nothing that is known in ${where}.`,
        remedy: 'Compare its selector with the labels of the workloads that it is meant for.',
      });
    }
    findings.push(...DIRECTIONS.flatMap((direction) => lintPeers(policy, direction, ends)));
  }
  return findings;
}

function governingPolicies(set: PolicySet, ends: KnownEnds): ReadonlySet<Policy> {
  const found = new Set<Policy>();
  for (const party of ends.endpoints) {
    for (const direction of DIRECTIONS) {
      for (const { policies } of set.governs(party, direction).pending) {
        for (const { compiled } of policies) found.add(compiled.policy);
      }
    }
  }
  return found;
}

function lintPeers(policy: Policy, direction: Direction, ends: KnownEnds): readonly Finding[] {
  /** A written rule is told of once, and only when nothing that it was split into names anybody. */
  const empty = new Map<number, string | null>();
  for (const [index, rule] of policy[direction].entries()) {
    const written = rule.written ?? index;
    const why =
      emptyPeer(rule.source, 'source', policy, ends) ?? emptyPeer(rule.dest, 'destination', policy, ends);
    if (why === null) empty.set(written, null);
    else if (!empty.has(written)) empty.set(written, why);
  }
  return [...empty].flatMap(([index, why]): readonly Finding[] =>
    why === null
      ? []
      : [
          {
            code: 'peer-selects-nothing',
            severity: 'warning',
            policy: nameOf(policy),
            rule: { direction, index },
            message: `${ruleText(direction, index)} matches nothing: ${why}.`,
            remedy: 'Compare its selectors with the labels of the peer and of its namespace.',
          },
        ],
  );
}

/** Why no end is such a peer; null when one is, or may be. */
function emptyPeer(peer: Peer, side: string, policy: Policy, ends: KnownEnds): string | null {
  const { service } = peer;
  if (service !== undefined) {
    const isThere = !ends.isComplete || ends.hasService(service.namespace, service.name);
    return isThere ? null : `there is no service ${service.namespace}/${service.name}`;
  }
  const selector = effectivePeerSelector(peer, policy.namespace);
  if (selector === null) return null;
  const within = peer.namespaceSelector === null ? policy.namespace : '';
  if (!ends.isKnown(within) || ends.isMatched(selector)) return null;
  return `its ${side} selects nothing that is known in ${within === '' ? 'the cluster' : `namespace ${within}`}`;
}
