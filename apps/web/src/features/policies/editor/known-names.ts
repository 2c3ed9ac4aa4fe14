import { BUILT_IN_TIERS, type Cluster, type Rulebook } from '@vibrissa/policy';

/** The names that an editor may offer. Sorted, and no more of a sort than anybody would look through. */
export interface KnownNames {
  readonly tiers: readonly string[];
  readonly namespaces: readonly string[];
  readonly services: readonly string[];
  readonly serviceAccounts: readonly string[];
  readonly networkSets: readonly string[];
  /** What labels pods have, by key. */
  readonly podLabels: LabelNames;
  readonly namespaceLabels: LabelNames;
}

export type LabelNames = Readonly<Record<string, readonly string[]>>;

export const NO_NAMES: KnownNames = Object.freeze({
  tiers: [],
  namespaces: [],
  services: [],
  serviceAccounts: [],
  networkSets: [],
  podLabels: {},
  namespaceLabels: {},
});

const MOST_NAMES = 2_000;
const MOST_KEYS = 200;
const MOST_VALUES = 200;
/** They change with each rollout or differ from pod to pod: nothing to select by. */
const PASSING = /(?:-hash|-generation|pod-name|pod-index|controller-uid|job-name)$/;

/** What a rulebook gives names to. */
export function knownNames({ cluster, tiers }: Rulebook): KnownNames {
  const { namespaces, services, serviceAccounts, networkSets } = cluster;
  const names = (objects: readonly { readonly name: string }[]) => sorted(objects.map(({ name }) => name));
  return {
    tiers: names([...BUILT_IN_TIERS, ...tiers]),
    namespaces: sorted([...namespaces, ...namespacesOf(cluster)].map(({ name }) => name)),
    services: names(services),
    serviceAccounts: names(serviceAccounts),
    networkSets: names(networkSets),
    podLabels: labelNames([...cluster.pods, ...cluster.workloads]),
    namespaceLabels: labelNames(namespaces),
  };
}

function namespacesOf({ pods, workloads }: Cluster): readonly { readonly name: string }[] {
  return [...pods, ...workloads].map(({ namespace }) => ({ name: namespace }));
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)]
    .filter((name) => name !== '')
    .sort()
    .slice(0, MOST_NAMES);
}

function labelNames(objects: readonly { readonly labels: Readonly<Record<string, string>> }[]): LabelNames {
  const found = new Map<string, Set<string>>();
  for (const { labels } of objects) {
    for (const [key, value] of Object.entries(labels)) {
      if (PASSING.test(key)) continue;
      let values = found.get(key);
      if (values === undefined) {
        if (found.size >= MOST_KEYS) continue;
        values = new Set();
        found.set(key, values);
      }
      if (values.size < MOST_VALUES) values.add(value);
    }
  }
  return Object.fromEntries(
    [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, values]) => [key, [...values].sort()]),
  );
}
