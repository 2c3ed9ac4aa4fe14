import { decidingHit, type FlowRecord, millis } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editWorld } from './edit-world.js';
import { createPlay } from './play.js';
import { SCENARIOS } from './scenarios.js';
import type { World } from './world.js';
import { calicoPolicy } from './write-policy.js';

const START = millis(1_800_000_000_000);
const MINUTE = 60_000;
const play = createPlay(SCENARIOS['supply-chain'], { seed: 1, start: START });

const ALLOW_TLS = calicoPolicy({
  kind: 'CalicoNetworkPolicy',
  namespace: 'payments',
  name: 'ledger-tls',
  tier: 'security',
  order: 105,
  selector: "app == 'ledger'",
  ingress: [{ action: 'allow', protocol: 'tcp', ports: [8443] }],
});

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

describe('a play that is changed', () => {
  const BOOKING = { source: 'checkoutservice', dest: 'ledger', port: 8443 };
  const CHANGED = at(2 * MINUTE + 1_234);
  const allow8443 = (world: World) => editWorld(world, [{ op: 'put', policy: ALLOW_TLS }]);

  function broken() {
    return createPlay(SCENARIOS['broken-rollout'], { seed: 1, start: START });
  }

  /** As the ledger's node sees it: what lets it in or does not. */
  function isBooking({ key }: FlowRecord): boolean {
    return (
      key.reporter === 'dst' &&
      key.source.name.startsWith(BOOKING.source) &&
      key.dest.name.startsWith(BOOKING.dest) &&
      key.port === BOOKING.port
    );
  }

  it('gives new verdicts from that moment on, within seconds, and none before', () => {
    const changed = broken();
    changed.change(CHANGED, allow8443);
    const bookings = changed.records(at(0), at(4 * MINUTE)).filter(isBooking);
    const verdicts = (when: (record: FlowRecord) => boolean) =>
      new Set(bookings.filter(when).map(({ key }) => key.verdict));
    expect(verdicts(({ end }) => end <= CHANGED)).toEqual(new Set(['deny']));
    expect(verdicts(({ start }) => start >= CHANGED)).toEqual(new Set(['allow']));
    expect(bookings.every(({ start, end }) => end <= CHANGED || start >= CHANGED)).toBe(true);
    const first = Math.min(...bookings.filter(({ start }) => start >= CHANGED).map(({ end }) => end));
    expect(first).toBeLessThanOrEqual(CHANGED + 5_000);
  });

  it('tells nothing else of what was over before', () => {
    const changed = broken();
    changed.change(CHANGED, allow8443);
    expect(changed.records(at(-6 * MINUTE), CHANGED)).toEqual(broken().records(at(-6 * MINUTE), CHANGED));
  });

  it('loses and repeats nothing between windows that meet around it', () => {
    const changed = broken();
    changed.change(CHANGED, allow8443);
    const all = changed.records(at(MINUTE), at(4 * MINUTE));
    const parts = [
      ...changed.records(at(MINUTE), CHANGED),
      ...changed.records(CHANGED, millis(CHANGED + 1)),
      ...changed.records(millis(CHANGED + 1), at(4 * MINUTE)),
    ];
    expect(parts).toEqual(all);
  });

  it('says how the world is at each moment, and goes back to what it would be', () => {
    const changed = broken();
    const [before, rolledOut] = [changed.world(at(-5 * MINUTE)), changed.world(START)];
    expect(before).not.toBe(rolledOut);
    changed.change(CHANGED, allow8443);
    const later = at(3 * MINUTE);
    changed.change(later, (_, untouched) => untouched);
    expect(changed.world(millis(CHANGED - 1))).toBe(rolledOut);
    expect(changed.world(CHANGED).policies).toContain(ALLOW_TLS);
    expect(changed.world(later)).toBe(rolledOut);
    const last = changed.records(later, at(5 * MINUTE)).filter(isBooking);
    expect(new Set(last.filter(({ start }) => start >= later).map(({ key }) => key.verdict))).toEqual(
      new Set(['deny']),
    );
  });

  it('keeps what was changed when the scenario goes on', () => {
    const changed = broken();
    const earlier = at(-8 * MINUTE);
    changed.change(earlier, allow8443);
    expect(changed.world(START).workloads).toEqual(broken().world(START).workloads);
    expect(changed.world(START).policies).toContain(ALLOW_TLS);
    const bookings = changed.records(at(-6 * MINUTE), START).filter(isBooking);
    expect(bookings.length).toBeGreaterThan(0);
    expect(bookings.every(({ key }) => key.verdict === 'allow')).toBe(true);
  });

  it('stays as it was where the change fails, and refuses one of the past', () => {
    const changed = broken();
    const fail = () => {
      throw new Error('no such thing');
    };
    expect(() => changed.change(CHANGED, fail)).toThrow('no such thing');
    expect(changed.records(at(0), at(3 * MINUTE))).toEqual(broken().records(at(0), at(3 * MINUTE)));
    changed.change(CHANGED, allow8443);
    expect(() => changed.change(START, allow8443)).toThrow(RangeError);
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
