import { type FlowRecord, millis } from '@vibrissa/model';
import { type Engine, engineOf, explainEvaluation, type SeenConnection, type Why } from '@vibrissa/policy';
import { describe, expect, it } from 'vitest';
import { createPlay } from './play.js';
import { rulebookOf } from './rulebook.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios.js';

const START = millis(1_700_000_000_000);
const WINDOW = 60_000;

/** What is asked of one scenario: every connection of the first minute after the user arrived. */
function explained(scenario: Scenario): ReadonlyMap<string, Why> {
  const play = createPlay(scenario, { seed: 1, start: START });
  const engine: Engine = engineOf(rulebookOf(play.world(START)));
  const lines = new Map<string, SeenConnection>();
  for (const record of play.records(START, millis(START + WINDOW))) {
    const { source, dest, port, protocol } = record.key;
    const id = `${source.name || source.address} ${dest.name || dest.address} ${port} ${protocol}`;
    const line = lines.get(id) ?? { source, dest, port, protocol, flows: [] };
    lines.set(id, { ...line, flows: [...line.flows, reportOf(record)] });
  }
  return new Map([...lines].map(([id, line]) => [id, explainEvaluation(line, engine)]));
}

function reportOf({ key, sourceLabels, destLabels, evidence }: FlowRecord): SeenConnection['flows'][number] {
  const { reporter, verdict, trace } = key;
  return {
    reporter,
    verdict,
    enforced: trace.enforced,
    pending: trace.pending,
    sourceLabels,
    destLabels,
    evidence,
  };
}

function headlines(scenario: Scenario, wanted: RegExp): readonly string[] {
  const texts = [...explained(scenario).values()].map(({ headline }) => headline);
  return [...new Set(texts.filter((text) => wanted.test(text)))].sort();
}

describe('what happens in a simulated cluster', () => {
  it.each(Object.values(SCENARIOS))('is explained by its policies: $name', (scenario) => {
    const found = [...explained(scenario).values()];
    expect(found.length).toBeGreaterThan(20);
    for (const { observed, evaluated, disagreements } of found) {
      expect(evaluated).toBe(observed);
      expect(disagreements).toEqual([]);
    }
  });

  it('is denied on a port that the nearest rule does not name', () => {
    expect(headlines(SCENARIOS['broken-rollout'], /^Denied/)).toEqual([
      'Denied at ledger on ingress: selected by default-deny (tier security, order 1000) and ledger-access; ' +
        'no rule matched; the nearest was rule 1 of ledger-access, which wants port 8080, the flow used 8443.',
    ]);
  });

  it('will be denied by a staged policy that forgot a caller', () => {
    expect(headlines(SCENARIOS['staged-lockdown'], /^Allowed today/)).toEqual([
      'Allowed today. Once lockdown-data (staged, tier security, order 100) is enforced, it is denied at orders-db on ingress: ' +
        'no rule matched.',
      'Allowed today. Once lockdown-data (staged, tier security, order 100) is enforced, it is denied at orders-db on ingress: ' +
        'no rule matched; the nearest was rule 1 of lockdown-data, which wants a source with app=checkoutservice in namespace shop, ' +
        'emailservice has app=emailservice.',
    ]);
  });
});
