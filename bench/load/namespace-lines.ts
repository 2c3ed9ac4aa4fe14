import {
  type Endpoint,
  type Flow,
  type FlowGroup,
  foldFlows,
  type Labels,
  millis,
  NO_EVIDENCE,
  NO_TRACE,
  type Reporter,
  tallyOf,
} from '@vibrissa/model';

/** The namespace whose workloads the lines are of. */
export const NAMESPACE = 'shop';

const START = 1_770_000_000_000;
const PORTS = [80, 443, 5432, 6379, 8080, 9102];
/** Workloads call so many others, each in some of their rollouts. */
const PEERS = 40;
const ROLLOUTS = ['5d78c9869d', '7d9f5c8b6d', '66c46fb4d7', '6b8c5f9d4c'];
/** One connection in so many leaves the cluster. */
const OUTSIDE_EVERY = 5;

interface Workload {
  readonly endpoint: Endpoint;
  readonly labels: Labels;
}

/** Distinct connections from `workloads` workloads of one namespace, as a store hands them out. */
export function namespaceLines(workloads: number, keys: number): readonly FlowGroup[] {
  const found = new Map<string, FlowGroup>();
  for (let number = 0; found.size < keys; number++) {
    const own = number % workloads;
    const turn = Math.floor(number / workloads);
    const source = workload(NAMESPACE, own, Math.floor(turn / 97));
    const isOut = turn % OUTSIDE_EVERY === 0;
    const dest = isOut ? outside(turn) : farWorkload(own, turn, workloads);
    const port = PORTS[(turn * 7 + own) % PORTS.length] ?? 80;
    const id = `${source.endpoint.name} ${dest.endpoint.namespace} ${dest.endpoint.name} ${dest.endpoint.address} ${port}`;
    if (!found.has(id)) found.set(id, line(source, dest, port, number));
  }
  return [...found.values()];
}

/** A store has one object for each end, so that lines of the same pods share it. */
const WORKLOADS = new Map<string, Workload>();

function workload(namespace: string, number: number, rollout: number): Workload {
  const hash = ROLLOUTS[rollout % ROLLOUTS.length] ?? '';
  const id = `${namespace} ${number} ${hash}`;
  const found = WORKLOADS.get(id) ?? newWorkload(namespace, `app-${number}`, hash);
  WORKLOADS.set(id, found);
  return found;
}

function newWorkload(namespace: string, app: string, hash: string): Workload {
  return {
    endpoint: { kind: 'workload', namespace, name: `${app}-${hash}-*`, address: '' },
    labels: [`app=${app}`, `pod-template-hash=${hash}`, 'tier=back'],
  };
}

function farWorkload(own: number, turn: number, workloads: number): Workload {
  const peer = turn % PEERS;
  const rollout = Math.floor(turn / PEERS);
  if (peer % 4 === 0) return workload(`team-${peer % 8}`, (own + peer) % 50, rollout);
  return workload(NAMESPACE, (own + peer * 5 + 1) % workloads, rollout);
}

/** Addresses of 198.18.0.0/15, which is kept for benchmarks (RFC 2544). */
function outside(turn: number): Workload {
  const address = `198.18.${(turn >> 6) & 255}.${turn & 63}`;
  return { endpoint: { kind: 'network', namespace: '', name: 'pub', address }, labels: null };
}

function line(source: Workload, dest: Workload, port: number, number: number): FlowGroup {
  const key = { source: source.endpoint, dest: dest.endpoint, port, protocol: 'tcp' };
  const report = (reporter: Reporter): Flow => ({
    id: number,
    key: { ...key, service: null, reporter, verdict: 'allow', trace: NO_TRACE },
    counters: {
      packetsIn: 10,
      packetsOut: 12,
      bytesIn: 6_400,
      bytesOut: 2_100,
      connectionsStarted: 1,
      connectionsCompleted: 1,
      connectionsLive: 0,
    },
    sourceLabels: source.labels,
    destLabels: dest.labels,
    evidence: { ...NO_EVIDENCE, sourceIps: tallyOf([`10.0.${number & 255}.7`]) },
    firstSeen: millis(START - 60_000),
    lastSeen: millis(START + (number % 60_000)),
  });
  const isOut = dest.endpoint.kind === 'network';
  return foldFlows(number, key, isOut ? [report('src')] : [report('src'), report('dst')]);
}
