import type { PolicyHit } from '@vibrissa/model';
import { ClusterIndex } from '../cluster-index.js';
import type { Connection } from '../connection.js';
import { evaluateConnection, evaluateSide } from '../evaluate.js';
import { PolicySet } from '../policy-set.js';
import { readResources } from '../read-resources.js';
import { failed, PASSED, type RowResult, same } from './tally.js';

export interface CheckRow {
  readonly src: string;
  readonly dst: string;
  readonly protocol: string;
  readonly port: number;
  readonly allowed: boolean;
  readonly ingress?: boolean;
  readonly egress?: boolean;
}

/** A cluster, its policies, and connections of which it is known whether they come about. */
export interface TruthRow {
  readonly name: string;
  readonly resources: string;
  readonly policies: string;
  readonly policiesAsClusterNetworkPolicy?: string;
  readonly checks: readonly CheckRow[];
}

export function* checkTruth(row: TruthRow): Generator<readonly [check: string, RowResult]> {
  yield* checkAll(row.checks, new Scene(row.resources, row.policies), '');
  if (row.policiesAsClusterNetworkPolicy !== undefined) {
    const scene = new Scene(row.resources, row.policiesAsClusterNetworkPolicy);
    yield* checkAll(row.checks, scene, ' (as ClusterNetworkPolicy)');
  }
}

function* checkAll(
  checks: readonly CheckRow[],
  scene: Scene,
  dialect: string,
): Generator<readonly [check: string, RowResult]> {
  for (const check of checks) {
    yield [`${check.src} to ${check.dst} ${check.protocol} ${check.port}${dialect}`, scene.check(check)];
  }
}

/** A report of one end, with traces as Felix spells them. */
interface FlowRow {
  readonly src: string;
  readonly dst: string;
  readonly protocol: string;
  readonly dstPort: number;
  readonly reporter: 'src' | 'dst';
  readonly action: string;
  readonly enforced: readonly string[];
  readonly pending: readonly string[] | null;
}

export interface FlowTraceRow {
  readonly name: string;
  readonly resources: string;
  readonly policies: string;
  readonly flows: readonly FlowRow[];
  readonly connectivity?: readonly CheckRow[];
}

export function* checkFlowTrace(row: FlowTraceRow): Generator<readonly [check: string, RowResult]> {
  const scene = new Scene(row.resources, row.policies);
  for (const flow of row.flows)
    yield [`${flow.src} to ${flow.dst} at ${flow.reporter}`, scene.checkTrace(flow)];
  yield* checkAll(row.connectivity ?? [], scene, '');
}

class Scene {
  private readonly index: ClusterIndex;
  private readonly set: PolicySet;

  constructor(resources: string, policies: string) {
    const files = [
      { name: 'resources', text: resources },
      { name: 'policies', text: policies },
    ];
    const read = readResources(files, { accepted: true });
    this.index = new ClusterIndex(read.cluster);
    this.set = new PolicySet(read.tiers, read.policies, read.profiles);
  }

  check({ src, dst, protocol, port, allowed, ingress, egress }: CheckRow): RowResult {
    const connection = this.connection(src, dst, protocol, port);
    if (connection === null) return failed('names a pod that was not read');
    const found = evaluateConnection(this.set, connection);
    const verdict = (is: boolean) => (is ? 'allow' : 'deny');
    return same(
      'verdicts',
      [
        found.verdict,
        ingress === undefined ? null : found.dest?.verdict,
        egress === undefined ? null : found.source?.verdict,
      ],
      [
        verdict(allowed),
        ingress === undefined ? null : verdict(ingress),
        egress === undefined ? null : verdict(egress),
      ],
    );
  }

  checkTrace({ src, dst, protocol, dstPort, reporter, action, enforced, pending }: FlowRow): RowResult {
    const connection = this.connection(src, dst, protocol, dstPort);
    if (connection === null) return failed('names a pod that was not read');
    const found = evaluateSide(this.set, connection, reporter === 'src' ? 'egress' : 'ingress');
    if (found.verdict !== action) return same('action', found.verdict, action);
    const trace = same('enforced', found.trace.enforced.map(spellHit), enforced);
    if (trace.kind !== 'passed') return trace;
    return pending === null ? PASSED : same('pending', found.trace.pending.map(spellHit), pending);
  }

  private connection(src: string, dst: string, protocol: string, port: number): Connection | null {
    const source = this.end(src);
    const dest = this.end(dst);
    if (source === null || dest === null) return null;
    return { source, dest, port, protocol: protocol.toLowerCase() };
  }

  /** `namespace/pod`, or an address. */
  private end(text: string): Connection['source'] | null {
    const slash = text.indexOf('/');
    if (slash < 0) return this.index.address(text);
    return this.index.pod(text.slice(0, slash), text.slice(slash + 1));
  }
}

/** Felix's names for kinds. */
const KINDS: Readonly<Partial<Record<PolicyHit['kind'], string>>> = {
  CalicoNetworkPolicy: 'np',
  GlobalNetworkPolicy: 'gnp',
  NetworkPolicy: 'knp',
  StagedNetworkPolicy: 'snp',
  StagedGlobalNetworkPolicy: 'sgnp',
  StagedKubernetesNetworkPolicy: 'sknp',
  ClusterNetworkPolicy: 'kcnp',
  Profile: 'pro',
};

/** `0|tier1|np:default/tier1.np1|pass|0`. */
function spellHit(hit: PolicyHit): string {
  const { kind, namespace, name } = hit.trigger ?? hit;
  const tier = hit.kind === 'Profile' ? '__PROFILE__' : hit.tier;
  const policy = `${KINDS[kind] ?? kind}:${namespace === '' ? name : `${namespace}/${name}`}`;
  return [hit.policyIndex, tier, policy, hit.action, hit.ruleIndex].join('|');
}
