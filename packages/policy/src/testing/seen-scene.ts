import { type Endpoint, type Labels, NO_EVIDENCE, type PolicyHit, type Verdict } from '@vibrissa/model';
import { evaluateConnection } from '../evaluate.js';
import { connectionOf } from '../evaluate-flow.js';
import { explainEvaluation } from '../explain-evaluation.js';
import { problemText } from '../read-problem.js';
import { readResources } from '../read-resources.js';
import { type Engine, engineOf } from '../rulebook.js';
import { observedLine, type SeenConnection, type SeenReport } from '../seen-connection.js';
import type { Why } from '../why.js';

/** A call to explain, in short. */
export interface Call {
  /** `namespace/name`; `pub` and `pvt` are networks, `=192.0.2.7` an address outside, `@set` a global network set. */
  readonly from: string;
  readonly to: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly sourceLabels?: Labels;
  readonly destLabels?: Labels;
}

/** @throws Error when the text cannot be read */
export function engineFrom(text: string, partial = false): Engine {
  const found = readResources([{ name: 'scene.yaml', text }], { partial });
  const [problem] = found.problems;
  if (problem !== undefined) throw new Error(problemText(problem));
  return engineOf(found);
}

/** A pod in one line. */
export function podYaml(namespace: string, name: string, labels: string, more = ''): string {
  return `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, generateName: ${name.replace(/[^-]+$/, '')}, labels: {${labels}}}
spec: {containers: [{ports: [${more}]}]}
status: {podIP: 10.0.0.${namespace.length + name.length}}
`;
}

/** The call, with the reports that are given; without them nobody reported it. */
export function seenCall(call: Call, reports: readonly Partial<SeenReport>[] = []): SeenConnection {
  const { sourceLabels = null, destLabels = null } = call;
  const nobody: Partial<SeenReport> = { reporter: 'dst', verdict: 'unknown' };
  return {
    source: endOf(call.from),
    dest: endOf(call.to),
    port: call.port ?? 8443,
    protocol: call.protocol ?? 'tcp',
    flows: (reports.length === 0 ? [nobody] : reports).map((report) => ({
      reporter: 'dst',
      verdict: 'unknown',
      enforced: [],
      pending: report.enforced ?? [],
      sourceLabels,
      destLabels,
      evidence: NO_EVIDENCE,
      ...report,
    })),
  };
}

function endOf(text: string): Endpoint {
  const none = { namespace: '', name: '', address: '' };
  if (text === 'pub' || text === 'pvt') return { ...none, kind: 'network', name: text };
  if (text.startsWith('=')) return { ...none, kind: 'network', name: 'pub', address: text.slice(1) };
  if (text.startsWith('@')) return { ...none, kind: 'network-set', name: text.slice(1) };
  const [namespace = '', name = ''] = text.split('/');
  return namespace === ''
    ? { ...none, kind: 'host', name }
    : { kind: 'workload', namespace, name, address: '' };
}

/** The call as nodes report it that enforce these very policies. */
export function faithful(call: Call, engine: Engine): SeenConnection {
  const seen = seenCall(call);
  const { source, dest } = evaluateConnection(engine.set, connectionOf(observedLine(seen), engine.index));
  const reports: SeenReport[] = [];
  const add = (reporter: 'src' | 'dst', side: typeof source) => {
    const [bare] = seen.flows;
    if (side !== null && bare !== undefined) {
      reports.push({ ...bare, ...side.trace, reporter, verdict: side.verdict });
    }
  };
  add('src', source);
  if (source?.verdict !== 'deny') add('dst', dest);
  return seenCall(call, reports);
}

/** Explains the call as the nodes of such a cluster report it. */
export function whyOf(call: Call, engine: Engine): Why {
  return explainEvaluation(faithful(call, engine), engine);
}

/** A hit of a namespaced Calico policy of tier security. */
export function traceHit(
  name: string,
  action: PolicyHit['action'],
  more: Partial<PolicyHit> = {},
): PolicyHit {
  return {
    kind: 'CalicoNetworkPolicy',
    namespace: 'pay',
    name,
    tier: 'security',
    action,
    policyIndex: 0,
    ruleIndex: 0,
    trigger: null,
    ...more,
  };
}

export function reportOf(
  reporter: SeenReport['reporter'],
  verdict: Verdict,
  enforced: readonly PolicyHit[],
  pending: readonly PolicyHit[] = enforced,
): Partial<SeenReport> {
  return { reporter, verdict, enforced, pending };
}
