import {
  ClusterIndex,
  type Connection,
  decideConnection,
  evaluateConnection,
  type Party,
  PolicySet,
  readResources,
} from '@vibrissa/policy';
import type { Report } from './figure.js';
import { policyFiles } from './load/policy-files.js';

const POLICIES = 500;
const TIERS = 5;
const PODS = 5_000;
const FLOWS = 100_000;
const ROUNDS = 3;

/** How fast policies are read, compiled and evaluated, without and with traces. */
export async function measurePolicy(report: Report): Promise<void> {
  const files = policyFiles({ policies: POLICIES, tiers: TIERS, pods: PODS });
  const reading = process.cpuUsage();
  const { policies, tiers, cluster, problems } = readResources(files);
  report({
    name: `policy: reading ${POLICIES} policies and ${PODS} pods`,
    value: cpuMs(reading),
    unit: 'CPU ms',
  });
  if (problems.length > 0 || policies.length !== POLICIES) throw new Error('The policies are not read whole');

  const compiling = process.cpuUsage();
  const set = new PolicySet(tiers, policies);
  report({ name: `policy: compiling ${POLICIES} policies`, value: cpuMs(compiling), unit: 'CPU ms' });

  const index = new ClusterIndex(cluster);
  const pods = cluster.pods
    .map(({ namespace, name }) => index.pod(namespace, name))
    .filter((pod) => pod !== null);
  const flows = Array.from({ length: FLOWS }, (_, number) => connectionOf(pods, number));
  const first = process.cpuUsage();
  let allowed = 0;
  for (const flow of flows) if (decideConnection(set, flow).verdict === 'allow') allowed += 1;
  report({
    name: 'policy: first verdicts, every pod new',
    value: FLOWS / (cpuMs(first) / 1000),
    unit: '/CPU s',
  });
  // Were everything denied or allowed, hardly a rule would have been asked.
  report({ name: 'policy: allowed of them', value: (allowed / FLOWS) * 100, unit: '%' });

  const decided = rate(flows, (flow) => decideConnection(set, flow));
  const target = { atLeast: 100_000 };
  report({
    name: 'policy: verdicts at both ends, 500 policies, 5,000 pods',
    value: decided,
    unit: '/CPU s',
    target,
  });
  const traced = rate(flows, (flow) => evaluateConnection(set, flow));
  report({ name: 'policy: verdicts with traces', value: traced, unit: '/CPU s' });
}

function rate(flows: readonly Connection[], evaluate: (flow: Connection) => unknown): number {
  const begun = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round++) for (const flow of flows) evaluate(flow);
  return (FLOWS * ROUNDS) / (cpuMs(begun) / 1000);
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

const PORTS = [80, 443, 5432, 6379, 8080, 9102];

/** Pairs that repeat only after all pods have met many others. */
function connectionOf(pods: readonly Party[], number: number): Connection {
  const source = pods[(number * 7919) % pods.length];
  const dest = pods[(number * 104_729 + 13) % pods.length];
  if (source === undefined || dest === undefined) throw new Error('There are no pods');
  return {
    source,
    dest,
    port: PORTS[number % PORTS.length] ?? 80,
    protocol: number % 9 === 0 ? 'udp' : 'tcp',
  };
}
