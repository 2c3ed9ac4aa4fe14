import {
  type Counters,
  type Endpoint,
  type FlowRecord,
  type Labels,
  millis,
  NO_EVIDENCE,
  type PolicyHit,
  type PolicyKind,
  type PolicyRef,
} from '@vibrissa/model';
import type * as wire from '../gen/goldmane_pb.js';
import { protocolName } from '../protocol-name.js';

/** What should become of an update: the record, or the field it is refused by. */
export interface Reference {
  readonly record: FlowRecord | { readonly field: string };
  readonly repaired: boolean;
}

const MOST = 2n ** 53n - 1n;
const NAME = 253;

/** The same meaning as the reader's, taken from the library's objects in the plainest way. */
export function referenceRead({ flow }: wire.FlowUpdate): Reference {
  if (flow === undefined) return refused('flow');
  const { Key: key } = flow;
  if (key === undefined) return refused('flow.Key');
  if (flow.startTime < 0n || flow.startTime > 8_640_000_000_000n) return refused('flow.start_time');
  const field = refusedField(key);
  if (field !== null) return refused(`Key.${field}`);

  let repaired = false;
  const hits = (list: readonly wire.PolicyHit[]) =>
    list
      .map((raw) => {
        const read = readHit(raw);
        if (read.repaired) repaired = true;
        return read.hit;
      })
      .sort((a, b) => a.policyIndex - b.policyIndex);
  const enforced = hits(key.policies?.enforcedPolicies ?? []);
  const pending = hits(key.policies?.pendingPolicies ?? []);
  const count = (value: bigint, most: bigint) => {
    if (value >= 0n && value <= most) return Number(value);
    repaired = true;
    return null;
  };
  const connections = 2n ** 32n - 2n;
  const counters: Counters = {
    packetsIn: count(flow.packetsIn, MOST),
    packetsOut: count(flow.packetsOut, MOST),
    bytesIn: count(flow.bytesIn, MOST),
    bytesOut: count(flow.bytesOut, MOST),
    connectionsStarted: count(flow.numConnectionsStarted, connections),
    connectionsCompleted: count(flow.numConnectionsCompleted, connections),
    connectionsLive: count(flow.numConnectionsLive, connections),
  };
  const isEndValid = flow.endTime >= flow.startTime && flow.endTime <= 8_640_000_000_000n;
  if (!isEndValid && flow.endTime !== 0n) repaired = true;
  const source = end(key.sourceName, key.sourceNamespace, key.sourceType);
  const dest = end(key.destName, key.destNamespace, key.destType);
  const labels = (list: readonly string[], at: Endpoint): Labels => {
    const kept = list.filter((label) => label.length <= 512).slice(0, 64);
    if (kept.length < list.length) repaired = true;
    return list.length === 0 && at.kind === 'network' ? null : kept.sort();
  };
  const isService = key.destServiceName !== '' && key.destServiceName !== '-';
  const isPort = key.destServicePort >= 0n && key.destServicePort <= 65_535n;
  if (isService && !isPort) repaired = true;
  const record: FlowRecord = {
    key: {
      source,
      dest,
      port: Number(key.destPort),
      protocol: protocolName(key.proto),
      service: isService
        ? {
            namespace: undashed(key.destServiceNamespace),
            name: key.destServiceName,
            portName: undashed(key.destServicePortName),
            port: isPort ? Number(key.destServicePort) : 0,
          }
        : null,
      reporter: key.reporter === 1 ? 'src' : key.reporter === 2 ? 'dst' : 'fwd',
      verdict: key.action === 1 ? 'allow' : key.action === 2 ? 'deny' : 'unknown',
      trace: { enforced, pending },
    },
    start: millis(Number(flow.startTime) * 1000),
    end: millis(Number(isEndValid ? flow.endTime : flow.startTime) * 1000),
    counters,
    sourceLabels: labels(flow.sourceLabels, source),
    destLabels: labels(flow.destLabels, dest),
    evidence: NO_EVIDENCE,
  };
  return { record, repaired };
}

function refused(field: string): Reference {
  return { record: { field }, repaired: false };
}

function refusedField(key: wire.FlowKey): string | null {
  const nameless = (name: string) => name === '' || name === '-';
  if (nameless(key.sourceName) || key.sourceName.length > NAME) return 'source_name';
  if (key.sourceNamespace.length > NAME) return 'source_namespace';
  if (nameless(key.destName) || key.destName.length > NAME) return 'dest_name';
  if (key.destNamespace.length > NAME) return 'dest_namespace';
  if (key.destServiceName.length > NAME) return 'dest_service_name';
  if (key.destServiceNamespace.length > NAME) return 'dest_service_namespace';
  if (key.destServicePortName.length > NAME) return 'dest_service_port_name';
  if (key.destPort < 0n || key.destPort > 65_535n) return 'dest_port';
  if (key.proto === '' || key.proto.length > 16) return 'proto';
  for (const side of ['enforced', 'pending'] as const) {
    const hits = key.policies?.[`${side}Policies`] ?? [];
    const path = `policies.${side}_policies`;
    if (hits.length > 64) return path;
    for (const [at, hit] of hits.entries()) {
      for (const [where, policy] of [
        [`${path}[${at}]`, hit],
        [`${path}[${at}].trigger`, hit.trigger],
      ] as const) {
        if (policy === undefined) continue;
        if (policy.namespace.length > NAME) return `${where}.namespace`;
        if (policy.name.length > NAME) return `${where}.name`;
        if (policy.tier.length > NAME) return `${where}.tier`;
      }
    }
  }
  return null;
}

const KINDS: readonly (PolicyKind | null)[] = [
  null,
  'CalicoNetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
  'NetworkPolicy',
  null,
  null,
  'Profile',
  'EndOfTier',
  'ClusterNetworkPolicy',
];

function readHit(raw: wire.PolicyHit): { readonly hit: PolicyHit; readonly repaired: boolean } {
  const tier = raw.tier === '__PROFILE__' ? '' : raw.tier;
  const own = policy(raw, tier);
  const action = (['log', 'allow', 'deny', 'pass'] as const)[raw.action] ?? 'log';
  const isIndex = (value: bigint) => value >= 0n && value <= 999_999_999n;
  const clamped = raw.policyIndex < 0n ? 0 : 999_999_999;
  const policyIndex = isIndex(raw.policyIndex) ? Number(raw.policyIndex) : clamped;
  let repaired =
    raw.action < 0 || raw.action > 3 || !isIndex(raw.policyIndex) || (KINDS[raw.kind] ?? null) === null;
  if (own.kind !== 'EndOfTier' && raw.ruleIndex !== -1n) {
    const isRule = isIndex(raw.ruleIndex);
    if ((!isRule && raw.ruleIndex !== -2n) || raw.trigger !== undefined) repaired = true;
    const hit: PolicyHit = {
      ...own,
      action,
      policyIndex,
      ruleIndex: isRule ? Number(raw.ruleIndex) : -2,
      trigger: null,
    };
    return { hit, repaired };
  }
  const place = { action, policyIndex, ruleIndex: -1 };
  if (own.kind !== 'EndOfTier') {
    if (raw.trigger !== undefined || own.name === '') repaired = true;
    const trigger = own.name === '' ? null : own;
    return { hit: { kind: 'EndOfTier', namespace: '', name: '', tier, ...place, trigger }, repaired };
  }
  const trigger = raw.trigger === undefined || raw.trigger.name === '' ? null : policy(raw.trigger, tier);
  if (trigger === null || trigger.kind === 'EndOfTier')
    return { hit: { ...own, ...place, trigger: null }, repaired: true };
  return { hit: { kind: 'EndOfTier', namespace: '', name: '', tier, ...place, trigger }, repaired };
}

function policy(raw: wire.PolicyHit, tier: string): PolicyRef {
  const namespace = undashed(raw.namespace);
  const kind = KINDS[raw.kind] ?? (namespace === '' ? 'GlobalNetworkPolicy' : 'CalicoNetworkPolicy');
  return { kind, namespace, name: raw.name, tier };
}

function end(name: string, namespace: string, type: number): Endpoint {
  const kinds = [null, 'workload', 'host', 'network-set', 'network'] as const;
  const guessed = name === 'pub' || name === 'pvt' ? 'network' : 'workload';
  return { kind: kinds[type] ?? guessed, namespace: undashed(namespace), name, address: '' };
}

function undashed(text: string): string {
  return text === '-' ? '' : text;
}
