import { EMPTY_CLUSTER, type LearnOptions, learn, type Recommendation } from '@vibrissa/policy';
import type { Report } from './figure.js';
import { NAMESPACE, namespaceLines } from './load/namespace-lines.js';

const WORKLOADS = 200;
const KEYS = 100_000;
/** As many as a store hands over at once. */
const SLICE = 1_000;

/** How fast policies are written from what was observed, in both dialects. */
export async function measureRecommend(report: Report): Promise<void> {
  const lines = namespaceLines(WORKLOADS, KEYS);
  for (const dialect of ['kubernetes', 'calico'] as const) {
    const options: LearnOptions = {
      namespace: NAMESPACE,
      workload: null,
      dialect,
      staged: true,
      includeDenied: false,
      tier: 'default',
      now: 1_770_000_100_000,
    };
    const begun = performance.now();
    const reducer = learn(options, EMPTY_CLUSTER);
    for (let from = 0; from < lines.length; from += SLICE) reducer.add(lines.slice(from, from + SLICE));
    const read = performance.now();
    const found = reducer.result();
    const done = performance.now();
    const name = `recommend, ${WORKLOADS} workloads, 100,000 keys (${dialect})`;
    report({ name, value: (done - begun) / 1000, unit: 's', target: { atMost: 2 } });
    report({ name: `${name}: writing`, value: (done - read) / 1000, unit: 's' });
    report({ name: `${name}: rules`, value: rulesOf(found), unit: 'rules' });
    if (found.length !== WORKLOADS || found.some(({ policy }) => policy === null)) {
      throw new Error('Not every workload has got a policy');
    }
  }
}

function rulesOf(found: readonly Recommendation[]): number {
  return found.reduce((sum, { rules }) => sum + rules.length, 0);
}
