import type { FlowGroup, LineReducer } from '@vibrissa/model';
import { workloadOf } from '@vibrissa/model';
import type { Cluster } from './cluster.js';
import { ClusterIndex } from './cluster-index.js';
import { FarEnds } from './far-end.js';
import { nothingLearned, recommendation } from './learned-policy.js';
import { LearnedWorkload } from './learned-workload.js';
import type { Direction } from './policy.js';
import type { LearnOptions, Recommendation } from './recommendation.js';
import { isNamespaceName, stableLabels } from './stable-labels.js';

/**
 * Reads lines and writes, for each workload of the namespace, the least policy that allows what was seen of it.
 * Workloads that the same labels select share one. Lines of other namespaces are passed over.
 */
export function learn(options: LearnOptions, cluster: Cluster): LineReducer<readonly Recommendation[]> {
  return new Learner(options, cluster);
}

class Learner implements LineReducer<readonly Recommendation[]> {
  private readonly workloads = new Map<string, LearnedWorkload>();
  /** What workloads are called, by what flows call them. */
  private readonly names = new Map<string, string>();
  private readonly index: ClusterIndex;
  private readonly farEnds: FarEnds;

  constructor(
    private readonly options: LearnOptions,
    cluster: Cluster,
  ) {
    this.index = new ClusterIndex(cluster);
    this.farEnds = new FarEnds(this.index);
  }

  add(lines: readonly FlowGroup[]): void {
    for (const line of lines) {
      const isOwn = this.isOwn(line.key.source);
      const isOwnDest = this.isOwn(line.key.dest);
      if (isOwn) this.addTo(line, 'egress');
      if (isOwnDest) this.addTo(line, 'ingress');
    }
  }

  private isOwn({ kind, namespace }: FlowGroup['key']['source']): boolean {
    return kind === 'workload' && namespace === this.options.namespace;
  }

  private addTo(line: FlowGroup, direction: Direction): void {
    const name = this.nameOf(direction === 'egress' ? line.key.source : line.key.dest);
    let workload = this.workloads.get(name);
    if (workload === undefined) {
      workload = new LearnedWorkload(name, this.options, this.farEnds);
      this.workloads.set(name, workload);
    }
    workload.add(line, direction);
  }

  private nameOf(endpoint: FlowGroup['key']['source']): string {
    let name = this.names.get(endpoint.name);
    if (name === undefined) {
      name = workloadOf(endpoint);
      this.names.set(endpoint.name, name);
    }
    return name;
  }

  result(): readonly Recommendation[] {
    const { namespace, workload } = this.options;
    if (!isNamespaceName(namespace) || namespace === '') return [];
    const sorted = [...this.workloads].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
    const together = new Map<string, LearnedWorkload>();
    for (const [place, one] of sorted.entries()) {
      const labels = stableLabels(one.labels);
      const id = labels === null ? `unnamed ${place}` : JSON.stringify(labels);
      const same = together.get(id);
      if (same === undefined) together.set(id, one);
      else same.absorb(one);
    }
    const all = [...together.values()];
    const wanted = workload === null ? all : all.filter(({ names }) => names.has(workload));
    if (workload !== null && wanted.length === 0) return [nothingLearned(namespace, workload)];
    return wanted.map((one) =>
      recommendation(one, { options: this.options, index: this.index, others: all }),
    );
  }
}
