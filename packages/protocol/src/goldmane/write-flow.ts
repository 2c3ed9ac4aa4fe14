import { create, toBinary } from '@bufbuild/protobuf';
import type {
  Counters,
  Flow,
  FlowKey,
  FlowRecord,
  Labels,
  Millis,
  PolicyHit,
  PolicyRef,
} from '@vibrissa/model';
import {
  FlowKeySchema,
  FlowResultSchema,
  FlowSchema,
  type FlowUpdate,
  FlowUpdateSchema,
  PolicyHitSchema,
  PolicyTraceSchema,
  type Flow as WireFlow,
  type FlowKey as WireFlowKey,
  type FlowResult as WireFlowResult,
  type PolicyHit as WireHit,
} from '../gen/goldmane_pb.js';
import {
  actionNumber,
  endpointNumber,
  NOTHING,
  policyKindNumber,
  reporterNumber,
  verdictNumber,
} from './names.js';

/** What a flow moved in an interval. */
export interface Moved {
  readonly key: FlowKey;
  readonly counters: Counters;
  readonly sourceLabels: Labels;
  readonly destLabels: Labels;
}

/**
 * A flow as Goldmane lists it, over `[start, end]` ms.
 *
 * Goldmane has no place for some of what we know: addresses and evidence are left out, an unknown counter is 0, what
 * was merely forwarded has no reporter, an unknown verdict no action, a rule that logs none either, and an unknown
 * rule is −2. Cilium's policies become NetworkPolicy and, cluster-wide, GlobalNetworkPolicy.
 */
export function writeFlowResult(flow: Moved & Pick<Flow, 'id'>, start: Millis, end: Millis): WireFlowResult {
  return create(FlowResultSchema, { id: BigInt(flow.id), flow: writeFlow(flow, start, end) });
}

/** A record as Felix sends one. */
export function writeFlowUpdate(record: FlowRecord): FlowUpdate {
  return create(FlowUpdateSchema, { flow: writeFlow(record, record.start, record.end) });
}

/** The bytes of a record as Felix sends one. */
export function flowUpdateBytes(record: FlowRecord): Uint8Array {
  return toBinary(FlowUpdateSchema, writeFlowUpdate(record));
}

function writeFlow({ key, counters, sourceLabels, destLabels }: Moved, start: Millis, end: Millis): WireFlow {
  return create(FlowSchema, {
    Key: writeFlowKey(key),
    startTime: seconds(start),
    endTime: seconds(end),
    sourceLabels: [...(sourceLabels ?? [])],
    destLabels: [...(destLabels ?? [])],
    packetsIn: count(counters.packetsIn),
    packetsOut: count(counters.packetsOut),
    bytesIn: count(counters.bytesIn),
    bytesOut: count(counters.bytesOut),
    numConnectionsStarted: count(counters.connectionsStarted),
    numConnectionsCompleted: count(counters.connectionsCompleted),
    numConnectionsLive: count(counters.connectionsLive),
  });
}

/** A key in Goldmane's form. */
export function writeFlowKey({ source, dest, service, trace, ...rest }: FlowKey): WireFlowKey {
  return create(FlowKeySchema, {
    sourceName: source.name,
    sourceNamespace: orDash(source.namespace),
    sourceType: endpointNumber(source.kind),
    destName: dest.name,
    destNamespace: orDash(dest.namespace),
    destType: endpointNumber(dest.kind),
    destPort: BigInt(rest.port),
    destServiceName: service?.name ?? NOTHING,
    destServiceNamespace: orDash(service?.namespace ?? ''),
    destServicePortName: orDash(service?.portName ?? ''),
    destServicePort: BigInt(service?.port ?? 0),
    proto: rest.protocol,
    reporter: reporterNumber(rest.reporter),
    action: verdictNumber(rest.verdict),
    policies: create(PolicyTraceSchema, {
      enforcedPolicies: trace.enforced.map(writePolicyHit),
      pendingPolicies: trace.pending.map(writePolicyHit),
    }),
  });
}

/** A hit in Goldmane's form, with its trigger. */
export function writePolicyHit(hit: PolicyHit): WireHit {
  const written = writePolicy(hit);
  written.action = actionNumber(hit.action);
  written.policyIndex = BigInt(hit.policyIndex);
  written.ruleIndex = BigInt(hit.ruleIndex);
  if (hit.trigger !== null) written.trigger = writePolicy(hit.trigger);
  return written;
}

function writePolicy({ kind, namespace, name, tier }: PolicyRef): WireHit {
  return create(PolicyHitSchema, { kind: policyKindNumber(kind), namespace, name, tier });
}

/** What is empty is `-` in flows. */
export function orDash(text: string): string {
  return text === '' ? NOTHING : text;
}

function seconds(at: Millis): bigint {
  return BigInt(Math.floor(at / 1000));
}

function count(value: number | null): bigint {
  return BigInt(value ?? 0);
}
