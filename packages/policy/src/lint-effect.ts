import { isStaged, parseCidr } from '@vibrissa/model';
import { effectivePolicySelector } from './effective-selector.js';
import type { Finding } from './finding.js';
import { nameOf, policyText, ruleText } from './lint-words.js';
import { DIRECTIONS, type Direction, type Peer, type Policy, type Rule, type Tier } from './policy.js';
import { isSamePolicy } from './policy-edit.js';
import { selectorImplies } from './selector-implies.js';
import { enforcedTwin } from './staged.js';

/** The policies of one tier in the order they are asked: those that change nothing, and those that let everything through. */
export function lintEffect(tier: Tier, policies: readonly Policy[]): readonly Finding[] {
  return policies.flatMap((policy, place) => [
    ...noEffect(tier, policies, policy, place),
    ...unaskedRules(policy),
    ...DIRECTIONS.flatMap((direction) => allowAll(policy, direction)),
  ]);
}

function noEffect(
  tier: Tier,
  policies: readonly Policy[],
  policy: Policy,
  place: number,
): readonly Finding[] {
  const [message, remedy] =
    (isStaged(policy.kind) ? stagedInVain(policies, policy) : null) ??
    (policy.stagedAction === 'delete' ? null : addsNothing(tier, policies, policy, place)) ??
    [];
  if (message === undefined || remedy === undefined) return [];
  return [{ code: 'no-effect', severity: 'hint', policy: nameOf(policy), rule: null, message, remedy }];
}

type Words = readonly [message: string, remedy: string];

function stagedInVain(policies: readonly Policy[], staged: Policy): Words | null {
  const twin = enforcedTwin(staged);
  const inForce = policies.find((policy) => isSamePolicy(policy, twin));
  const action = staged.stagedAction ?? 'set';
  if (action === 'delete') {
    return inForce === undefined
      ? [
          `It stages the removal of ${policyText(twin)}, which is not there.`,
          'Remove it, or correct its name, namespace or tier.',
        ]
      : null;
  }
  if (action !== 'set' || inForce === undefined || textOf(inForce) !== textOf(twin)) return null;
  return [`It is the same as ${policyText(inForce)}, which is in force.`, 'Remove the staged one.'];
}

function textOf(policy: Policy): string {
  return JSON.stringify(Object.entries(policy).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addsNothing(tier: Tier, policies: readonly Policy[], policy: Policy, place: number): Words | null {
  if (policy.types.length === 0) {
    return ['It governs neither direction.', 'Say in its types which direction it is for, or remove it.'];
  }
  const rules = policy.types.flatMap((direction) => policy[direction]);
  if (rules.length > 0) return null;
  if (tier.defaultAction === 'pass') {
    return [
      `It has no rules, and tier ${tier.name} passes on what none matches.`,
      'Add rules, or remove it.',
    ];
  }
  const selector = effectivePolicySelector(policy);
  const covers = (other: Policy, at: number): boolean => {
    if (other === policy || (isStaged(other.kind) && !isStaged(policy.kind))) return false;
    if (other.stagedAction === 'delete') return false;
    const around = effectivePolicySelector(other);
    if (!selectorImplies(selector, around)) return false;
    // Of two that select the same one must stay.
    return at < place || !selectorImplies(around, selector) || !isEmpty(other);
  };
  const others = policy.types.map((direction) =>
    policies.find((other, at) => other.types.includes(direction) && covers(other, at)),
  );
  const [first] = others;
  if (first === undefined || others.includes(undefined)) return null;
  return [
    `It has no rules, and what it selects is isolated by ${policyText(first)} already.`,
    'Keep it if it is meant as a safety net; otherwise remove it.',
  ];
}

function isEmpty(policy: Policy): boolean {
  return policy.types.every((direction) => policy[direction].length === 0);
}

function unaskedRules(policy: Policy): readonly Finding[] {
  return DIRECTIONS.flatMap((direction): readonly Finding[] => {
    if (policy.types.includes(direction) || policy[direction].length === 0) return [];
    return [
      {
        code: 'no-effect',
        severity: 'warning',
        policy: nameOf(policy),
        rule: { direction, index: 0 },
        message: `Its ${direction} rules are never asked: its types leave out ${direction}.`,
        remedy: `Add ${direction === 'ingress' ? 'Ingress' : 'Egress'} to its types, or remove the rules.`,
      },
    ];
  });
}

function allowAll(policy: Policy, direction: Direction): readonly Finding[] {
  if (!policy.types.includes(direction)) return [];
  const at = policy[direction].findIndex(isOpen);
  const rule = policy[direction][at];
  // Behind other rules it lets the rest through, which is a way to write exceptions.
  if (rule === undefined || policy[direction].slice(0, at).some(({ action }) => action !== 'log')) return [];
  const index = rule.written ?? at;
  return [
    {
      code: 'allow-all',
      severity: direction === 'ingress' ? 'warning' : 'hint',
      policy: nameOf(policy),
      rule: { direction, index },
      message:
        direction === 'ingress'
          ? `${ruleText(direction, index)} lets everybody in on every port.`
          : `${ruleText(direction, index)} lets out to everywhere on every port.`,
      remedy: 'Name the peers and ports that are needed; recommend lists those that were observed.',
    },
  ];
}

/** True for a rule that allows every connection. */
function isOpen({
  action,
  protocol,
  notProtocol,
  ipVersion,
  icmp,
  notIcmp,
  http,
  source,
  dest,
}: Rule): boolean {
  return (
    action === 'allow' &&
    protocol === null &&
    notProtocol === null &&
    ipVersion === undefined &&
    icmp === undefined &&
    notIcmp === undefined &&
    http === undefined &&
    isAnyone(source) &&
    isAnyone(dest)
  );
}

function isAnyone(peer: Peer): boolean {
  return (
    peer.selector === null &&
    peer.notSelector === null &&
    peer.namespaceSelector === null &&
    peer.serviceAccounts === undefined &&
    peer.service === undefined &&
    peer.notNets.length === 0 &&
    peer.ports.length === 0 &&
    peer.notPorts.length === 0 &&
    (peer.nets.length === 0 || peer.nets.some(isEverything))
  );
}

/** All of IPv4 is everything to most clusters, and so is all of IPv6 to the others. */
function isEverything(net: string): boolean {
  const block = parseCidr(net);
  return (
    block !== null && block.first === 0n && block.last === (block.version === 4 ? 2n ** 32n : 2n ** 128n) - 1n
  );
}
