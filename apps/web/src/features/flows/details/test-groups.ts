import { NO_EVIDENCE, type PolicyHit, UNKNOWN_COUNTERS } from '@vibrissa/model';
import type { ApiFlow, ApiGroup } from '@vibrissa/protocol/messages';
import type { Row } from '../../../live/row.js';

/** Builders for a connection from shop/checkout to payments/ledger, allowed and unremarkable, for tests. */

const CONNECTION = {
  source: { kind: 'workload', namespace: 'shop', name: 'checkout-7d9f5c8b6d-*', address: '' },
  dest: { kind: 'workload', namespace: 'payments', name: 'ledger-0', address: '' },
  port: 8443,
  protocol: 'tcp',
  service: null,
  firstSeen: 1_000,
  lastSeen: 60_000,
} as const;

const NO_TRAFFIC = {
  bytesSent: null,
  bytesReceived: null,
  packetsSent: null,
  packetsReceived: null,
  connectionsStarted: null,
  connectionsCompleted: null,
  connectionsLive: null,
  connectionsDenied: null,
};

export function aHit(change: Partial<PolicyHit> = {}): PolicyHit {
  return {
    kind: 'CalicoNetworkPolicy',
    namespace: 'payments',
    name: 'default-deny',
    tier: 'security',
    action: 'deny',
    policyIndex: 0,
    ruleIndex: 0,
    trigger: null,
    ...change,
  };
}

export function aReport(change: Partial<ApiFlow> = {}): ApiFlow {
  return {
    ...CONNECTION,
    ...UNKNOWN_COUNTERS,
    id: 1,
    reporter: 'dst',
    verdict: 'allow',
    pendingVerdict: 'allow',
    enforced: [],
    pending: [],
    sourceLabels: null,
    destLabels: null,
    evidence: NO_EVIDENCE,
    ...change,
  };
}

export function aGroup(change: Partial<ApiGroup> = {}): ApiGroup {
  return {
    ...CONNECTION,
    ...NO_TRAFFIC,
    id: 1,
    verdict: 'allow',
    pendingVerdict: 'allow',
    decidedBy: null,
    pendingDecidedBy: null,
    newSince: null,
    flows: [],
    ...change,
  };
}

export function aRow(change: Partial<Row> = {}): Row {
  return {
    ...CONNECTION,
    ...NO_TRAFFIC,
    id: 1,
    key: 'key',
    reporter: null,
    newSince: null,
    verdict: 'allow',
    pending: 'allow',
    decidedBy: null,
    pendingDecidedBy: null,
    lossy: false,
    spark: [],
    sparkAt: 0,
    revision: 0,
    gone: false,
    ...change,
  };
}
