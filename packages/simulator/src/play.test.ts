import { decidingHit, type FlowRecord, millis } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlay } from './play.js';
import { SCENARIOS } from './scenarios.js';

const START = millis(1_800_000_000_000);
const MINUTE = 60_000;
const play = createPlay(SCENARIOS['supply-chain'], { seed: 1, start: START });

function at(offset: number) {
  return millis(START + offset);
}

describe('a play', () => {
  it('gives the same records for the same window and seed', () => {
    const again = createPlay(SCENARIOS['supply-chain'], { seed: 1, start: START });
    const other = createPlay(SCENARIOS['supply-chain'], { seed: 2, start: START });
    const records = play.records(at(-MINUTE), START);
    expect(again.records(at(-MINUTE), START)).toEqual(records);
    expect(other.records(at(-MINUTE), START)).not.toEqual(records);
  });

  it('loses and repeats nothing between windows that meet', () => {
    const spell = (record: FlowRecord) => JSON.stringify([record.key.dest, record.start, record.counters]);
    const spelled = play.records(at(-2 * MINUTE), at(MINUTE)).map(spell);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -2 * MINUTE + 1, max: MINUTE - 1 }), { maxLength: 8 }),
        (cuts) => {
          const edges = [-2 * MINUTE, ...cuts.sort((a, b) => a - b), MINUTE];
          const parts = edges
            .slice(1)
            .flatMap((edge, index) => play.records(at(edges[index] ?? 0), at(edge)));
          expect(parts.map(spell)).toEqual(spelled);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('ends each interval within the window, oldest first', () => {
    const records = play.records(at(-MINUTE), START);
    expect(records.every(({ start, end }) => start < end && end >= at(-MINUTE) && end < START)).toBe(true);
    expect(records.map(({ end }) => end)).toEqual(records.map(({ end }) => end).sort((a, b) => a - b));
  });

  it('reports every second, some hundreds of records in 15 s', () => {
    for (let second = 0; second < 30; second++) {
      expect(play.records(at(second * 1000), at(second * 1000 + 1000)).length).toBeGreaterThan(0);
    }
    const count = play.records(START, at(15_000)).length;
    expect(count).toBeGreaterThan(200);
    expect(count).toBeLessThan(400);
  });

  it('goes on for ever', () => {
    expect(play.records(at(30 * 24 * 60 * MINUTE), at(30 * 24 * 60 * MINUTE + 1000)).length).toBeGreaterThan(
      0,
    );
  });

  it('has both ends agree on what went between them', () => {
    const flows = new Map<string, { src: number[]; dst: number[] }>();
    for (const { key, start, counters } of play.records(at(-10 * MINUTE), START)) {
      if (key.dest.kind !== 'workload' || key.source.kind !== 'workload') continue;
      const id = [key.source.namespace, key.source.name, key.dest.name, key.port, key.protocol, start].join(
        ' ',
      );
      const both = flows.get(id) ?? { src: [0, 0, 0], dst: [0, 0, 0] };
      flows.set(id, both);
      const side = key.reporter === 'src' ? both.src : both.dst;
      const [sent, received] =
        key.reporter === 'src'
          ? [counters.bytesOut, counters.bytesIn]
          : [counters.bytesIn, counters.bytesOut];
      for (const [index, count] of [sent, received, counters.connectionsStarted].entries()) {
        side[index] = (side[index] ?? 0) + (count ?? 0);
      }
    }
    expect(flows.size).toBeGreaterThan(100);
    const both = [...flows.values()];
    expect(both.map(({ dst }) => dst)).toEqual(both.map(({ src }) => src));
  });

  it('puts traces as Felix does: passes, then the verdict', () => {
    const traces = new Map(
      play.records(at(-5 * MINUTE), START).map(({ key: { trace, verdict } }) => [trace, verdict]),
    );
    expect(traces.size).toBeGreaterThan(100);
    for (const [{ enforced }, verdict] of traces) {
      expect(enforced.slice(0, -1).every(({ action }) => action === 'pass')).toBe(true);
      expect(decidingHit(enforced)?.action).toBe(verdict);
      const tiers = ['platform', 'security', 'default', ''];
      const order = enforced.map(({ tier }) => tiers.indexOf(tier));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  });

  it('answers no denied connection', () => {
    const denied = play.records(at(-5 * MINUTE), START).filter(({ key }) => key.verdict === 'deny');
    expect(denied.length).toBeGreaterThan(0);
    for (const { counters } of denied) {
      expect([counters.bytesOut, counters.packetsOut, counters.connectionsLive]).toEqual([0, 0, 0]);
      expect(counters.packetsIn).toBeGreaterThan(0);
    }
  });

  it('names the service only where the source reports, and the address only outside the cluster', () => {
    const keys = new Set(play.records(at(-MINUTE), START).map(({ key }) => key));
    for (const { reporter, service, source, dest } of keys) {
      if (reporter === 'dst') expect(service).toBeNull();
      expect(dest.address === '').toBe(dest.kind === 'workload');
      expect(source.address).toBe('');
    }
  });
});

describe('scale', () => {
  it('copies the namespaces with their policies and traffic', () => {
    const big = createPlay(SCENARIOS['broken-rollout'], { seed: 1, start: START, scale: 3 });
    const records = big.records(at(-MINUTE), START);
    const denied = records.filter(({ key }) => key.verdict === 'deny');
    expect(pairsOf(denied)).toEqual([
      'shop payments/default-deny',
      'shop-2 payments-2/default-deny',
      'shop-3 payments-3/default-deny',
    ]);
    const small = createPlay(SCENARIOS['broken-rollout'], { seed: 1, start: START }).records(
      at(-MINUTE),
      START,
    );
    expect(records.length).toBeGreaterThan(small.length * 2);
  });

  it('stays healthy when the shop is', () => {
    const big = createPlay(SCENARIOS['online-shop'], { seed: 1, start: START, scale: 4 });
    expect(big.records(at(-MINUTE), START).every(({ key }) => key.verdict === 'allow')).toBe(true);
  });
});

function pairsOf(records: readonly FlowRecord[]): readonly string[] {
  const pairs = records.map(({ key }) => {
    const trigger = decidingHit(key.trace.enforced)?.trigger;
    return `${key.source.namespace} ${trigger?.namespace}/${trigger?.name}`;
  });
  return [...new Set(pairs)].sort();
}
