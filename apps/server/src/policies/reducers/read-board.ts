import {
  type Endpoint,
  type FlowGroup,
  intersectLabels,
  type Labels,
  type LineReducer,
} from '@vibrissa/model';
import { countUsage, type PolicyUsage } from '@vibrissa/policy';

export interface BoardOptions {
  /** Whether to tell which workloads there were, for a cluster that is not known otherwise. */
  readonly workloads: boolean;
}

/** What the board shows of a window. */
export interface BoardCount {
  readonly usage: readonly PolicyUsage[];
  /** Workloads that flows name, with the labels that all of them have. */
  readonly workloads: readonly ObservedWorkload[];
}

export interface ObservedWorkload {
  readonly endpoint: Endpoint;
  readonly labels: Labels;
}

/** More workloads than this are not told apart; memory stays bounded whatever flows name. */
const MOST_WORKLOADS = 20_000;

/** What policies did in a window, and whom they could have selected. */
export function begin({ workloads }: BoardOptions): LineReducer<BoardCount> {
  const usage = countUsage();
  const seen = new SeenWorkloads();
  return {
    add(lines, sparks) {
      usage.add(lines, sparks);
      if (!workloads) return;
      for (const line of lines) seen.add(line);
    },
    result: () => ({ usage: usage.result(), workloads: seen.list() }),
  };
}

class SeenWorkloads {
  readonly #seen = new Map<string, ObservedWorkload>();

  add({ key, flows }: FlowGroup): void {
    for (const { sourceLabels, destLabels } of flows) {
      this.#end(key.source, sourceLabels);
      this.#end(key.dest, destLabels);
    }
  }

  list(): readonly ObservedWorkload[] {
    return [...this.#seen.values()];
  }

  #end(endpoint: Endpoint, labels: Labels): void {
    if (endpoint.kind !== 'workload') return;
    const id = `${endpoint.namespace}/${endpoint.name}`;
    const known = this.#seen.get(id);
    if (known === undefined) {
      // A line's own objects are reused after the call.
      if (this.#seen.size < MOST_WORKLOADS) this.#seen.set(id, { endpoint: { ...endpoint }, labels });
      return;
    }
    const common = intersectLabels(known.labels, labels);
    if (common !== known.labels) this.#seen.set(id, { endpoint: known.endpoint, labels: common });
  }
}
