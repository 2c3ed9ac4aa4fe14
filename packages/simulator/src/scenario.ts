import type { World } from './world.js';

/** A cluster, what happens in it, and what a user should find out. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What a user should discover, in words. */
  readonly story: string;
  /** The cluster before anything happens. */
  readonly world: World;
  /** Sorted by time. */
  readonly events: readonly ScenarioEvent[];
  readonly findings: readonly Finding[];
}

export interface ScenarioEvent {
  /** ms from the start of the play; negative is before the user opened the page. */
  readonly at: number;
  readonly title: string;
  readonly change: (world: World) => World;
}

/** A fact that the records of the play show. */
export interface Finding {
  readonly kind: 'denied' | 'would-be-denied' | 'new-destination';
  /** `namespace/workload`. */
  readonly source: string;
  /** `namespace/workload`, or the address outside the cluster. */
  readonly dest: string;
  readonly port: number;
  readonly protocol: string;
  /** The policy a denial is put down to, null where nothing is denied. */
  readonly policy: { readonly tier: string; readonly namespace: string; readonly name: string } | null;
  /** ms from the start of the play. */
  readonly since: number;
}
