import type { FlowGroup } from '@vibrissa/model';

/** Reads what a ring's flow reads late, so that the group outlives the next record. */
export function settle(group: FlowGroup): FlowGroup {
  return {
    ...group,
    flows: group.flows.map(
      ({ id, key, counters, sourceLabels, destLabels, evidence, firstSeen, lastSeen }) => ({
        id,
        key,
        counters,
        sourceLabels,
        destLabels,
        evidence,
        firstSeen,
        lastSeen,
      }),
    ),
  };
}
