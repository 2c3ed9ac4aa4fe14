import {
  EMPTY_TALLY,
  type Endpoint,
  type Evidence,
  type Flow,
  type FlowGroup,
  foldFlows,
  type Labels,
  millis,
  NO_EVIDENCE,
  NO_TRACE,
  type PolicyHit,
  type PolicyTrace,
  type Reporter,
  type Tally,
  tallyOf,
} from '@vibrissa/model';
import type { Cluster, PodObject, Policy } from '@vibrissa/policy';

const PORTS = [80, 443, 5432, 6379, 8080, 9102];
/** One connection in so many leaves the cluster. */
const OUTSIDE_EVERY = 20;
const START = 1_770_000_000_000;

interface ObservedPod {
  readonly endpoint: Endpoint;
  readonly labels: Labels;
  readonly ips: Tally;
}

/** What a store hands out of the flows between a cluster's pods: lines by number, each another connection. */
export class ObservedLines {
  readonly #pods: readonly ObservedPod[];
  readonly #traces: readonly PolicyTrace[];

  constructor({ pods }: Cluster, policies: readonly Policy[]) {
    this.#pods = pods.map(observed);
    this.#traces = policies.map(traceOf);
  }

  /** How many there can be before they repeat. */
  get most(): number {
    return this.#pods.length * (this.#pods.length - 1);
  }

  slice(from: number, to: number): readonly FlowGroup[] {
    return Array.from({ length: to - from }, (_, at) => this.#line(from + at));
  }

  #line(number: number): FlowGroup {
    const source = this.#pod(number);
    const step = 1 + Math.floor(number / this.#pods.length);
    const dest = number % OUTSIDE_EVERY === 0 ? outside(number) : this.#pod(number + step * 37);
    const port = PORTS[(number >> 2) % PORTS.length] ?? 80;
    const trace = this.#traces[number % this.#traces.length] ?? NO_TRACE;
    const key = { source: source.endpoint, dest: dest.endpoint, port, protocol: 'tcp' };
    const report = (reporter: Reporter): Flow => ({
      id: number,
      key: { ...key, service: null, reporter, verdict: 'allow', trace },
      counters: {
        packetsIn: 10,
        packetsOut: 12,
        bytesIn: 6_400,
        bytesOut: 2_100,
        connectionsStarted: 1 + (number % 4),
        connectionsCompleted: 1,
        connectionsLive: 0,
      },
      sourceLabels: source.labels,
      destLabels: dest.labels,
      evidence: evidenceOf(source, dest),
      firstSeen: millis(START - 60_000),
      lastSeen: millis(START + (number % 60_000)),
    });
    const reports = dest.endpoint.kind === 'network' ? [report('src')] : [report('src'), report('dst')];
    return foldFlows(number, key, reports);
  }

  #pod(number: number): ObservedPod {
    const pod = this.#pods[number % this.#pods.length];
    if (pod === undefined) throw new Error('There are no pods');
    return pod;
  }
}

/** Passed by one policy and allowed by a profile: a store hands out the same objects for the same trace. */
function traceOf({ kind, namespace, name, tier }: Policy, at: number): PolicyTrace {
  const enforced: readonly PolicyHit[] = [
    { kind, namespace, name, tier, action: 'pass', policyIndex: 0, ruleIndex: at % 5, trigger: null },
    {
      ...{ kind: 'Profile', namespace: '', name: `kns.${namespace}`, tier: '', action: 'allow' },
      ...{ policyIndex: 1, ruleIndex: 0, trigger: null },
    },
  ];
  return { enforced, pending: enforced };
}

function observed({ namespace, name, labels, ips }: PodObject): ObservedPod {
  return {
    endpoint: { kind: 'workload', namespace, name, address: '' },
    labels: Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ips: tallyOf(ips),
  };
}

/** Addresses of 198.18.0.0/15, which is kept for benchmarks (RFC 2544). */
function outside(number: number): ObservedPod {
  const at = Math.floor(number / OUTSIDE_EVERY) % 2 ** 17;
  const address = `198.${18 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`;
  return {
    endpoint: { kind: 'network', namespace: '', name: 'pub', address },
    labels: null,
    ips: EMPTY_TALLY,
  };
}

/** Tallies are made anew for each line, as in a store. */
function evidenceOf({ ips }: ObservedPod, dest: ObservedPod): Evidence {
  return { ...NO_EVIDENCE, sourceIps: { ...ips }, destIps: { ...dest.ips } };
}
