import type { Action, PolicyKind } from '@vibrissa/model';
import type { Selector } from './selector.js';

export type Direction = 'ingress' | 'egress';

export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** The kinds a policy can have; the model's other kinds only occur in traces. */
export type PolicyObjectKind = Exclude<PolicyKind, 'Profile' | 'EndOfTier'>;

/** Policies are read tier by tier. `order` null comes last. */
export interface Tier {
  readonly name: string;
  readonly order: number | null;
  /** What becomes of a connection that a policy of the tier governs and no rule matched. */
  readonly defaultAction: 'deny' | 'pass';
}

/** What is to become of a staged policy's enforced twin. */
export type StagedAction = 'set' | 'delete' | 'learn' | 'ignore';

/**
 * One policy in one form for every dialect: Calico's. A Kubernetes NetworkPolicy is the policy that
 * Calico makes of it: tier `default`, order 1000, one rule for each peer and protocol.
 */
export interface Policy {
  readonly kind: PolicyObjectKind;
  /** Empty for a global policy. */
  readonly namespace: string;
  readonly name: string;
  readonly tier: string;
  /** Null comes last. */
  readonly order: number | null;
  /** As written; what it selects in effect depends on the namespace too. */
  readonly selector: Selector;
  readonly namespaceSelector: Selector | null;
  readonly serviceAccountSelector?: Selector;
  readonly types: readonly Direction[];
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
  /** Of a staged policy; absent is `set`. */
  readonly stagedAction?: StagedAction;
  /** How it acts on hosts beyond what is evaluated here; absent for most. */
  readonly hostOptions?: HostOptions;
}

/** Calico applies such policies to host endpoints alone, before or beside the others. */
export interface HostOptions {
  readonly doNotTrack: boolean;
  readonly preDnat: boolean;
  readonly applyOnForward: boolean;
}

/** Everything that is given must match. */
export interface Rule {
  readonly action: Action;
  /** A name in lower case or a number; null is any. */
  readonly protocol: string | null;
  readonly notProtocol: string | null;
  readonly source: Peer;
  readonly dest: Peer;
  readonly ipVersion?: 4 | 6;
  readonly icmp?: Icmp;
  readonly notIcmp?: Icmp;
  readonly http?: HttpMatch;
  /** Where one written rule became several: which of them it was, counted from 0. */
  readonly written?: number;
  /** As the author calls it. */
  readonly name?: string;
}

/** An ICMP message; without a code all codes of the type. */
export interface Icmp {
  readonly type: number;
  readonly code?: number;
}

/** Only a proxy can see this; a flow never tells. */
export interface HttpMatch {
  readonly methods: readonly string[];
  readonly paths: readonly ({ readonly exact: string } | { readonly prefix: string })[];
}

/** One side of a rule. An empty list is no condition. */
export interface Peer {
  readonly selector: Selector | null;
  readonly notSelector: Selector | null;
  readonly namespaceSelector: Selector | null;
  readonly serviceAccounts?: ServiceAccountMatch;
  /** The pods behind a service, at its ports for a destination. */
  readonly service?: ServiceName;
  readonly nets: readonly string[];
  readonly notNets: readonly string[];
  readonly ports: readonly PortMatch[];
  readonly notPorts: readonly PortMatch[];
}

/** Both must hold; an empty list of names is no condition. */
export interface ServiceAccountMatch {
  readonly names: readonly string[];
  readonly selector: Selector | null;
}

export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** A range of ports, both ends included, or the name that an endpoint gives to one of its ports. */
export type PortMatch = { readonly from: number; readonly to: number } | { readonly name: string };

/** A peer without conditions: everything, also what is outside the cluster. */
export const ANY_PEER: Peer = Object.freeze({
  selector: null,
  notSelector: null,
  namespaceSelector: null,
  nets: [],
  notNets: [],
  ports: [],
  notPorts: [],
});

/** A rule without conditions. */
export function anyRule(action: Action): Rule {
  return { action, protocol: null, notProtocol: null, source: ANY_PEER, dest: ANY_PEER };
}

/** What applies to an endpoint that names it, when no tier decided. */
export interface Profile {
  readonly name: string;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

/** The tiers every Calico cluster has. */
export const BUILT_IN_TIERS: readonly Tier[] = [
  { name: 'kube-admin', order: 1000, defaultAction: 'pass' },
  { name: 'default', order: 1_000_000, defaultAction: 'deny' },
  { name: 'kube-baseline', order: 10_000_000, defaultAction: 'pass' },
];

/** The order Calico gives to Kubernetes policies. */
export const KUBERNETES_ORDER = 1000;
