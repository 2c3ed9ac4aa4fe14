import {
  type Counters,
  type Endpoint,
  type Evidence,
  type FlowKey,
  type FlowRecord,
  type Labels,
  millis,
  NO_EVIDENCE,
  type PolicyTrace,
  tallyOf,
} from '@vibrissa/model';
import { isProblem, readTrace } from '@vibrissa/protocol';

export interface ClusterSize {
  readonly namespaces: number;
  readonly workloads: number;
  readonly policies: number;
  /** Both ends report each connection, so two flows are one row; else each flow is a row of its own. */
  readonly paired: boolean;
}

/** As large as a cluster of hundreds of nodes: about 20,000 strings. */
export const LARGE: ClusterSize = { namespaces: 60, workloads: 8_000, policies: 1_200, paired: true };

/** A cluster of some fifty nodes. */
export const MEDIUM: ClusterSize = { namespaces: 60, workloads: 1_000, policies: 300, paired: true };

const PODS_PER_WORKLOAD = 3;
const PORTS = [443, 80, 8080, 5432, 6379, 9090, 50_051, 53];
/** One flow in so many is denied. */
const DENIED_EVERY = 16;
/** One connection in so many leaves the cluster. */
const OUTSIDE_EVERY = 20;
/** A prime that spreads the connections of a workload over all others. */
const STRIDE = 37;

interface Workload {
  readonly endpoint: Endpoint;
  readonly labels: Labels;
  readonly ips: readonly string[];
  readonly node: string;
}

/** A made-up cluster whose flows are numbered: the same number is always the same flow, others never are. */
export class Cluster {
  readonly #size: ClusterSize;
  readonly #workloads: Workload[];
  readonly #traces: readonly (readonly PolicyTrace[])[];

  constructor(size: ClusterSize) {
    this.#size = size;
    this.#workloads = Array.from({ length: size.workloads }, (_, at) => workload(at, size.namespaces));
    this.#traces = [traces('allow', size), traces('deny', size)];
  }

  /** A report of the flow with this number that ended `at` ms since epoch, over the `spanMs` before. */
  record(flow: number, at: number, spanMs = 1_000): FlowRecord {
    const connection = this.#size.paired ? flow >> 1 : flow;
    const [source, dest] = this.#ends(connection);
    const isOutside = connection % OUTSIDE_EVERY === 0;
    const key = this.#key(flow, connection, source, isOutside ? outside(connection) : dest.endpoint);
    return {
      key,
      start: millis(at - spanMs),
      end: millis(at),
      counters: countersOf(flow),
      sourceLabels: source.labels,
      destLabels: isOutside ? null : dest.labels,
      evidence: evidenceOf(flow + Math.floor(at / 1000), source, isOutside ? null : dest, key.dest.address),
    };
  }

  #ends(connection: number): readonly [Workload, Workload] {
    const { workloads } = this.#size;
    const source = connection % workloads;
    const step = (Math.floor(connection / workloads) * STRIDE) % (workloads - 1);
    return [
      this.#workloads[source] as Workload,
      this.#workloads[(source + 1 + step) % workloads] as Workload,
    ];
  }

  #key(flow: number, connection: number, source: Workload, dest: Endpoint): FlowKey {
    const verdict = flow % DENIED_EVERY === 0 ? 'deny' : 'allow';
    const port = PORTS[connection % PORTS.length] as number;
    return {
      source: source.endpoint,
      dest,
      port,
      protocol: port === 53 ? 'udp' : 'tcp',
      service:
        dest.kind === 'network'
          ? null
          : { namespace: dest.namespace, name: `svc-${connection % 500}`, portName: 'main', port },
      reporter: flow % 2 === 0 || dest.kind === 'network' ? 'src' : 'dst',
      verdict,
      trace: this.#traces[verdict === 'allow' ? 0 : 1]?.[flow % this.#size.policies] as PolicyTrace,
    };
  }
}

function workload(at: number, namespaces: number): Workload {
  const namespace = `team-${at % namespaces}`;
  const stem = `service-${at}`;
  return {
    endpoint: { kind: 'workload', namespace, name: `${stem}-7d9f5c8b6d-*`, address: '' },
    labels: [
      `app=${stem}`,
      `app.kubernetes.io/part-of=product-${at % 200}`,
      'pod-template-hash=7d9f5c8b6d',
      `version=v${at % 9}`,
    ],
    ips: Array.from({ length: PODS_PER_WORKLOAD }, (_, pod) => `10.${1 + pod}.${at >> 8}.${at & 255}`),
    node: `node-${at % 200}`,
  };
}

/** Addresses of 198.18.0.0/15, which is kept for benchmarks (RFC 2544). */
function outside(connection: number): Endpoint {
  const at = Math.floor(connection / OUTSIDE_EVERY) % 2 ** 17;
  const address = `198.${18 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`;
  return { kind: 'network', namespace: '', name: 'pub', address };
}

function traces(action: 'allow' | 'deny', { namespaces, policies }: ClusterSize): PolicyTrace[] {
  return Array.from({ length: policies }, (_, at) => {
    const namespace = `team-${at % namespaces}`;
    const trace = readTrace(
      [`0|default|np:${namespace}/rules-of-part-${at}|${action}|${at % 7}`],
      [`0|default|snp:${namespace}/next-rules-of-part-${at}|allow|${at % 5}`],
    );
    if (isProblem(trace)) throw new Error(`${trace.field} ${trace.reason}`);
    return trace;
  });
}

function countersOf(flow: number): Counters {
  const packets = 10 + (flow % 90);
  return {
    packetsIn: packets,
    packetsOut: packets + 3,
    bytesIn: packets * 640,
    bytesOut: packets * 210,
    connectionsStarted: 1 + (flow % 4),
    connectionsCompleted: 1,
    connectionsLive: flow % 3,
  };
}

function evidenceOf(turn: number, source: Workload, dest: Workload | null, address: string): Evidence {
  const pod = turn % PODS_PER_WORKLOAD;
  return {
    ...NO_EVIDENCE,
    sourceIps: tallyOf([source.ips[pod] as string]),
    destIps: tallyOf([dest === null ? address : (dest.ips[pod] as string)]),
    nodes: tallyOf([(dest !== null && turn % 2 === 1 ? dest : source).node]),
  };
}
