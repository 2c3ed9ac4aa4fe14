import type { LineReducer } from '@vibrissa/model';
import { type Cluster, type LearnOptions, learn, type Recommendation } from '@vibrissa/policy';

export interface LearnFrom {
  readonly options: LearnOptions;
  readonly cluster: Cluster;
}

export interface Learned {
  readonly recommendations: readonly Recommendation[];
  /** How many lines they were learned from. */
  readonly lines: number;
}

/** Policies from the lines of a window, and how many lines there were. */
export function begin({ options, cluster }: LearnFrom): LineReducer<Learned> {
  const learning = learn(options, cluster);
  let lines = 0;
  return {
    add(more, sparks) {
      lines += more.length;
      learning.add(more, sparks);
    },
    result: () => ({ recommendations: learning.result(), lines }),
  };
}
