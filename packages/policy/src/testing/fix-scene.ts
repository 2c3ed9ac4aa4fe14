import {
  type Endpoint,
  type Evidence,
  type Flow,
  type FlowGroup,
  foldFlows,
  type Labels,
  millis,
  NO_EVIDENCE,
  type Reporter,
  UNKNOWN_COUNTERS,
} from '@vibrissa/model';
import { evaluateConnection } from '../evaluate.js';
import { connectionOf } from '../evaluate-flow.js';
import { problemText } from '../read-problem.js';
import { readResources } from '../read-resources.js';
import { engineOf, type Rulebook } from '../rulebook.js';

/** A call between two ends, in short. */
export interface Call {
  /** `namespace/name` of a workload as flows name it, or the address of a stranger. */
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol?: string;
  readonly sourceLabels?: Labels;
  readonly destLabels?: Labels;
  readonly evidence?: Evidence;
  readonly started?: number;
}

/** @throws Error when the text cannot be read */
export function rulebookOf(text: string, complete = true): Rulebook {
  const { problems, cluster, tiers, policies, profiles } = readResources([{ name: 'scene.yaml', text }]);
  const [problem] = problems;
  if (problem !== undefined) throw new Error(problemText(problem));
  return { cluster: { ...cluster, complete }, tiers, policies, profiles };
}

export function endOf(text: string): Endpoint {
  if (/^[\d.]+$|:/.test(text)) return { kind: 'network', namespace: '', name: 'pub', address: text };
  const [namespace = '', name = ''] = text.split('/');
  return { kind: 'workload', namespace, name, address: '' };
}

let lastId = 0;

/** The call as the nodes report it that enforce these policies; what they cannot decide is reported as allowed. */
export function lineOf(rulebook: Rulebook, call: Call, at = 1000): FlowGroup {
  const { set, index } = engineOf(rulebook);
  const { sourceLabels = null, destLabels = null, evidence = NO_EVIDENCE, started = 1 } = call;
  const { port, protocol = 'tcp' } = call;
  const pair = { source: endOf(call.from), dest: endOf(call.to), port, protocol };
  const connection = connectionOf({ key: pair, sourceLabels, destLabels, evidence }, index);
  const { source, dest } = evaluateConnection(set, connection);
  lastId += 1;
  const id = lastId;
  const report = (reporter: Reporter, side: typeof source): readonly Flow[] =>
    side === null
      ? []
      : [
          {
            id: id * 10 + (reporter === 'src' ? 1 : 2),
            key: {
              ...pair,
              service: null,
              reporter,
              verdict: side.verdict === 'unknown' ? 'allow' : side.verdict,
              trace: side.trace,
            },
            counters: { ...UNKNOWN_COUNTERS, connectionsStarted: started, bytesIn: 10, bytesOut: 5 },
            sourceLabels,
            destLabels,
            evidence,
            firstSeen: millis(at - 500),
            lastSeen: millis(at),
          },
        ];
  const flows = [...report('src', source), ...(source?.verdict === 'deny' ? [] : report('dst', dest))];
  return foldFlows(id, pair, flows);
}

/** The same line, denied where it is said to be, whatever the policies say. */
export function deniedLine(line: FlowGroup, reporter: Reporter): FlowGroup {
  const flows = line.flows.map((flow) =>
    flow.key.reporter === reporter ? { ...flow, key: { ...flow.key, verdict: 'deny' as const } } : flow,
  );
  return foldFlows(line.id, line.key, flows);
}
