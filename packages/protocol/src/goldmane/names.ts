import type { Action, EndpointKind, PolicyKind, Reporter, Verdict } from '@vibrissa/model';
import * as wire from '../gen/goldmane_pb.js';

/** What Goldmane writes where there is nothing: for cluster-wide namespaces and services that are not known. */
export const NOTHING = '-';

/** Ours by Goldmane's numbers. */
export const ENDPOINT_KINDS: ReadonlyMap<number, EndpointKind> = new Map([
  [wire.EndpointType.WorkloadEndpoint, 'workload'],
  [wire.EndpointType.HostEndpoint, 'host'],
  [wire.EndpointType.NetworkSet, 'network-set'],
  [wire.EndpointType.Network, 'network'],
]);

export const POLICY_KINDS: ReadonlyMap<number, PolicyKind> = new Map([
  [wire.PolicyKind.CalicoNetworkPolicy, 'CalicoNetworkPolicy'],
  [wire.PolicyKind.GlobalNetworkPolicy, 'GlobalNetworkPolicy'],
  [wire.PolicyKind.StagedNetworkPolicy, 'StagedNetworkPolicy'],
  [wire.PolicyKind.StagedGlobalNetworkPolicy, 'StagedGlobalNetworkPolicy'],
  [wire.PolicyKind.StagedKubernetesNetworkPolicy, 'StagedKubernetesNetworkPolicy'],
  [wire.PolicyKind.NetworkPolicy, 'NetworkPolicy'],
  [wire.PolicyKind.ClusterNetworkPolicy, 'ClusterNetworkPolicy'],
  [wire.PolicyKind.Profile, 'Profile'],
  [wire.PolicyKind.EndOfTier, 'EndOfTier'],
]);

/** Goldmane's numbers by ours; Cilium's kinds, which it has none for, become the nearest of its own. */
const POLICY_KIND_NUMBERS: Readonly<Record<PolicyKind, wire.PolicyKind>> = {
  CalicoNetworkPolicy: wire.PolicyKind.CalicoNetworkPolicy,
  GlobalNetworkPolicy: wire.PolicyKind.GlobalNetworkPolicy,
  StagedNetworkPolicy: wire.PolicyKind.StagedNetworkPolicy,
  StagedGlobalNetworkPolicy: wire.PolicyKind.StagedGlobalNetworkPolicy,
  StagedKubernetesNetworkPolicy: wire.PolicyKind.StagedKubernetesNetworkPolicy,
  NetworkPolicy: wire.PolicyKind.NetworkPolicy,
  ClusterNetworkPolicy: wire.PolicyKind.ClusterNetworkPolicy,
  CiliumNetworkPolicy: wire.PolicyKind.NetworkPolicy,
  CiliumClusterwideNetworkPolicy: wire.PolicyKind.GlobalNetworkPolicy,
  Profile: wire.PolicyKind.Profile,
  EndOfTier: wire.PolicyKind.EndOfTier,
};

const ENDPOINT_NUMBERS: Readonly<Record<EndpointKind, wire.EndpointType>> = {
  workload: wire.EndpointType.WorkloadEndpoint,
  host: wire.EndpointType.HostEndpoint,
  'network-set': wire.EndpointType.NetworkSet,
  network: wire.EndpointType.Network,
};

const ACTION_NUMBERS: Readonly<Record<Action, wire.Action>> = {
  allow: wire.Action.Allow,
  deny: wire.Action.Deny,
  pass: wire.Action.Pass,
  log: wire.Action.ActionUnspecified,
};

const VERDICT_NUMBERS: Readonly<Record<Verdict, wire.Action>> = {
  allow: wire.Action.Allow,
  deny: wire.Action.Deny,
  unknown: wire.Action.ActionUnspecified,
};

const REPORTER_NUMBERS: Readonly<Record<Reporter, wire.Reporter>> = {
  src: wire.Reporter.Src,
  dst: wire.Reporter.Dst,
  fwd: wire.Reporter.ReporterUnspecified,
};

export function policyKindNumber(kind: PolicyKind): wire.PolicyKind {
  return POLICY_KIND_NUMBERS[kind];
}

export function endpointNumber(kind: EndpointKind): wire.EndpointType {
  return ENDPOINT_NUMBERS[kind];
}

export function actionNumber(action: Action): wire.Action {
  return ACTION_NUMBERS[action];
}

export function verdictNumber(verdict: Verdict): wire.Action {
  return VERDICT_NUMBERS[verdict];
}

export function reporterNumber(reporter: Reporter): wire.Reporter {
  return REPORTER_NUMBERS[reporter];
}

/** The verdict of a flow's action; Goldmane knows no other two. */
export function readVerdict(action: number): Verdict {
  if (action === wire.Action.Allow) return 'allow';
  return action === wire.Action.Deny ? 'deny' : 'unknown';
}

/** `log` is the one action that decides nothing, as one that was not told. */
export function readAction(action: number): Action {
  if (action === wire.Action.Allow) return 'allow';
  if (action === wire.Action.Deny) return 'deny';
  return action === wire.Action.Pass ? 'pass' : 'log';
}

/** Who is at neither end forwarded it. */
export function readReporter(reporter: number): Reporter {
  if (reporter === wire.Reporter.Src) return 'src';
  return reporter === wire.Reporter.Dst ? 'dst' : 'fwd';
}
