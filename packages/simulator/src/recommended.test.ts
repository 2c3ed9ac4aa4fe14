import { type Flow, type FlowGroup, foldFlows, fromRecord, mergeFlows, millis } from '@vibrissa/model';
import {
  engineOf,
  evaluate,
  learn,
  type ObservedFlow,
  observedLine,
  type Recommendation,
  type Rulebook,
  readResources,
  seenConnection,
  stagedApplied,
} from '@vibrissa/policy';
import { describe, expect, it } from 'vitest';
import { createPlay } from './play.js';
import { rulebookOf } from './rulebook.js';
import { SCENARIO_NAMES, SCENARIOS } from './scenarios.js';

const START = millis(1_800_000_000_000);
const END = millis(START + 60_000);

/** What a store hands out of the scenario's first minute. */
function observed(name: keyof typeof SCENARIOS): {
  readonly lines: readonly FlowGroup[];
  readonly rulebook: Rulebook;
} {
  const play = createPlay(SCENARIOS[name], { seed: 3, start: START });
  const flows = new Map<string, Flow>();
  for (const record of play.records(START, END)) {
    const id = JSON.stringify(record.key);
    const known = flows.get(id);
    const more = fromRecord(record);
    flows.set(id, {
      id: known?.id ?? flows.size,
      key: record.key,
      ...(known === undefined ? more : mergeFlows(known, more)),
    });
  }
  const groups = new Map<string, Flow[]>();
  for (const flow of flows.values()) {
    const { source, dest, port, protocol } = flow.key;
    const id = JSON.stringify([source, dest, port, protocol]);
    groups.set(id, [...(groups.get(id) ?? []), flow]);
  }
  const lines = [...groups.values()].flatMap((list, id) => {
    const [first] = list;
    return first === undefined ? [] : [foldFlows(id, first.key, list)];
  });
  return { lines, rulebook: rulebookOf(play.world(START)) };
}

function learned(
  lines: readonly FlowGroup[],
  { cluster }: Rulebook,
  dialect: 'kubernetes' | 'calico',
): readonly Recommendation[] {
  return cluster.namespaces.flatMap(({ name }) => {
    const options = { workload: null, staged: true, includeDenied: false, tier: 'default', now: END };
    const reducer = learn({ namespace: name, dialect, ...options }, cluster);
    reducer.add(lines);
    return reducer.result();
  });
}

/** A flow for each address outside that the line was seen with: a connection has but one. */
function eachAddress(flow: ObservedFlow): readonly ObservedFlow[] {
  const { key, evidence } = flow;
  const end = key.dest.kind === 'workload' ? 'sourceIps' : 'destIps';
  const isWithin = key.dest.kind === 'workload' && key.source.kind === 'workload';
  const { kept } = evidence[end];
  if (isWithin || kept.length < 2) return [flow];
  return kept.map((one) => ({
    ...flow,
    evidence: { ...evidence, [end]: { kept: [one], mentions: one[1] } },
  }));
}

describe.each(SCENARIO_NAMES)('what is recommended from %s', (name) => {
  it.each(['kubernetes', 'calico'] as const)('allows all that was allowed there (%s)', (dialect) => {
    const { lines, rulebook } = observed(name);
    const found = learned(lines, rulebook, dialect);
    const yaml = found.map((one) => one.yaml).filter((text) => text !== '');
    const read = readResources([{ name: 'recommended.yaml', text: yaml.join('---\n') }]);
    expect(read.problems).toEqual([]);
    const cluster = {
      ...rulebook.cluster,
      networkSets: [...rulebook.cluster.networkSets, ...read.cluster.networkSets],
    };
    const { set, index } = engineOf({
      cluster,
      tiers: read.tiers,
      policies: stagedApplied(read.policies),
      profiles: [],
    });
    const allowed = lines.filter(({ verdict }) => verdict === 'allow');
    const verdicts = allowed.flatMap((line) =>
      eachAddress(observedLine(seenConnection(line))).map((flow) => ({
        line: `${line.key.source.name} to ${line.key.dest.name}${line.key.dest.address} ${line.key.port}`,
        verdict: evaluate(flow, set, index).verdict,
      })),
    );
    expect(allowed.length).toBeGreaterThan(20);
    expect(verdicts.filter(({ verdict }) => verdict !== 'allow')).toEqual([]);
    // Every workload that was seen has a policy, and none of them allows what was denied.
    expect(found.filter(({ policy }) => policy === null)).toEqual([]);
    const denied = lines.filter(({ verdict }) => verdict === 'deny');
    for (const line of denied) {
      expect(evaluate(observedLine(seenConnection(line)), set, index).verdict).toBe('deny');
    }
  });
});
