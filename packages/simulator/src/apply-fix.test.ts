import { type FlowRecord, millis, workloadOf } from '@vibrissa/model';
import { type SeenConnection, suggestFixes } from '@vibrissa/policy';
import { describe, expect, it } from 'vitest';
import { editWorld } from './edit-world.js';
import { createPlay } from './play.js';
import { rulebookOf } from './rulebook.js';
import type { Finding, Scenario } from './scenario.js';
import { SCENARIOS, type ScenarioName } from './scenarios.js';
import type { World } from './world.js';

const START = millis(1_800_000_000_000);
/** Long enough for what is tried only now and then. */
const LATER = millis(START + 11 * 60_000);
const CHANGED = millis(START + 60_000);

function recordsOf(finding: Finding, records: readonly FlowRecord[]): readonly FlowRecord[] {
  return records.filter(
    ({ key: { source, dest, port, protocol } }) =>
      `${source.namespace}/${workloadOf(source)}` === finding.source &&
      `${dest.namespace}/${workloadOf(dest)}` === finding.dest &&
      port === finding.port &&
      protocol === finding.protocol,
  );
}

/** The scenario with the traffic of one finding alone, which is told much faster. */
function only({ source, dest }: Finding, scenario: Scenario): Scenario {
  const alone = (world: World): World => ({
    ...world,
    patterns: world.patterns.filter((pattern) => pattern.source === source && pattern.dest === dest),
  });
  const events = scenario.events.map((event) => ({ ...event, change: (w: World) => alone(event.change(w)) }));
  return { ...scenario, world: alone(scenario.world), events };
}

/** What a page knows of it. */
function seen(records: readonly FlowRecord[]): SeenConnection {
  const [first] = records;
  if (first === undefined) throw new Error('a finding shows in the records');
  return {
    ...first.key,
    flows: records.map(({ key: { reporter, verdict, trace }, ...rest }) => ({
      reporter,
      verdict,
      ...trace,
      ...rest,
    })),
  };
}

const DENIED = (['broken-rollout', 'supply-chain'] as const).flatMap((name) =>
  SCENARIOS[name].findings
    .filter(({ kind }) => kind === 'denied')
    .map((finding): [ScenarioName, string, Finding] => [name, `${finding.dest} ${finding.port}`, finding]),
);

describe('a fix that is applied in a play', () => {
  it.each(DENIED)('of %s lets through the call to %s, whichever of those suggested', (name, _, finding) => {
    const { world } = createPlay(SCENARIOS[name], { seed: 1, start: START });
    const play = () => createPlay(only(finding, SCENARIOS[name]), { seed: 1, start: START });
    const denied = recordsOf(finding, play().records(millis(START - 240_000), START));
    expect(denied.some(({ key }) => key.verdict === 'deny')).toBe(true);
    const { fixes } = suggestFixes(seen(denied), rulebookOf(world(START)));
    expect(fixes.length).toBeGreaterThan(0);
    for (const { edits, title } of fixes) {
      const changed = play();
      changed.change(CHANGED, (world) => editWorld(world, edits));
      const after = recordsOf(finding, changed.records(CHANGED, LATER)).filter(
        ({ start }) => start >= CHANGED,
      );
      expect([title, new Set(after.map(({ key }) => key.verdict))]).toEqual([title, new Set(['allow'])]);
    }
  });
});
