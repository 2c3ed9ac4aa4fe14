import { millis } from '@vibrissa/model';
import { isProblem, type LoggedPacket, readLoggedPacket } from '@vibrissa/protocol/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketJoin } from './packet-join.js';

const NOW = millis(1_795_314_400_000);

interface More {
  readonly sport?: number;
  readonly id?: number;
  readonly at?: string;
}

function packet(
  prefix: string,
  { sport = 4000, id = 7, at = '2026-11-22T02:25:27Z' }: More = {},
): LoggedPacket {
  const line = `${at} n kernel: ${prefix} IN=a OUT=b SRC=10.0.0.1 DST=10.0.0.2 LEN=60 ID=${id} PROTO=TCP SPT=${sport} DPT=80 SYN`;
  const read = readLoggedPacket(line, { prefix: 'calico-packet', now: NOW, bootedAt: null });
  if (read === null || isProblem(read)) throw new Error(`no packet: ${line}`);
  return read;
}

function open(maxHeld = 100) {
  const join = new PacketJoin({ maxHeld, momentMs: 1_000 });
  const whole: string[] = [];
  const givenUp: string[] = [];
  const take = (...packets: readonly LoggedPacket[]) => {
    for (const each of packets) {
      const taken = join.take(each, NOW);
      if (taken.whole !== null) whole.push(rulesOf(taken.whole));
      givenUp.push(...taken.givenUp.map(rulesOf));
    }
  };
  return { join, take, whole, givenUp };
}

/** Verdict and rules of a packet: `deny: a.x b.y`. */
function rulesOf({ said }: LoggedPacket): string {
  const hits = said?.trace.enforced ?? [];
  return `${said?.verdict}: ${hits.map(({ name, tier, trigger }) => trigger?.name ?? (name || tier)).join(' ')}`;
}

describe('the rules that logged one packet', () => {
  it('come together with the one that decides, and nothing is held after', () => {
    const { join, take, whole, givenUp } = open();
    take(packet('PPI0|gnp/a.x'), packet('PPI0|gnp/b.y'), packet('DPI0|gnp/c.z'), packet('DPI0|gnp/c.z'));
    expect(whole).toEqual(['deny: a.x b.y c.z', 'deny: c.z']);
    expect([givenUp, join.size]).toEqual([[], 0]);
  });

  it.each<[string, More]>([
    ['another packet of its connection', { id: 8 }],
    ['another connection', { sport: 4001 }],
    ['a later moment', { at: '2026-11-22T02:25:29Z' }],
  ])('are not those of %s', (_what, more) => {
    const { join, take, whole, givenUp } = open();
    take(packet('PPI0|gnp/a.x'), packet('API0|gnp/b.y', more));
    expect(whole).toEqual(['allow: b.y']);
    expect([...givenUp, ...join.giveUp().map(rulesOf)]).toEqual(['unknown: a.x']);
  });

  it('of which one is a tier that passed it on before are of two packets', () => {
    const { take, whole, givenUp } = open();
    take(packet('PPI0|gnp/a.x'), packet('PPI0|gnp/a.x'), packet('API0|gnp/b.y'));
    expect([whole, givenUp]).toEqual([['allow: a.x b.y'], ['unknown: a.x']]);
  });

  it('keep what one end said apart from the other', () => {
    const { take, whole } = open();
    take(packet('PPE0|gnp/a.x'), packet('DPI|c'), packet('API0|gnp/b.y'), packet('APE0|gnp/d.z'));
    expect(whole).toEqual(['deny: c', 'allow: b.y', 'allow: a.x d.z']);
  });

  it('leave packets alone of which nothing but their passing is known', () => {
    const { take, whole } = open();
    take(packet('PPI0|gnp/a.x'), packet('calico-packet:'), packet('API0|gnp/b.y'));
    expect(whole).toEqual(['undefined: ', 'allow: a.x b.y']);
  });

  it('are given up when they waited for too long, the others not', () => {
    const { join } = open();
    join.take(packet('PPI0|gnp/a.x', { sport: 1 }), millis(1_000));
    join.take(packet('PPI0|gnp/b.y', { sport: 1 }), millis(1_900));
    join.take(packet('PPI0|gnp/a.x', { sport: 2 }), millis(1_500));
    expect(join.giveUp(millis(999)).map(rulesOf)).toEqual([]);
    expect(join.giveUp(millis(1_000)).map(rulesOf)).toEqual(['unknown: a.x b.y']);
    expect(join.size).toBe(1);
  });

  it('are given up, the oldest first, where there is no room', () => {
    const { join, take, givenUp } = open(2);
    for (let sport = 1; sport <= 50; sport++) {
      take(packet(`PPI0|gnp/a.n${sport}`, { sport }));
      expect(join.size).toBeLessThanOrEqual(2);
    }
    expect(givenUp).toEqual(Array.from({ length: 48 }, (_, at) => `unknown: a.n${at + 1}`));
  });

  it('are bounded for one packet too', () => {
    const { join, take, givenUp } = open();
    for (let tier = 0; tier < 100; tier++) take(packet(`PPI0|gnp/t${tier}.x`));
    expect(givenUp.map((text) => text.split(' ').length - 1)).toEqual([32, 32, 32]);
    expect(join.size).toBe(1);
  });

  it('find each other however packets mix, and each line is told once', () => {
    const journey = fc.record({ tiers: fc.integer({ min: 0, max: 4 }), isAllowed: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(journey, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(1_000), { minLength: 60, maxLength: 60 }),
        (journeys, order) => {
          const waiting = journeys.map(({ tiers, isAllowed }, id) => [
            ...Array.from({ length: tiers }, (_, tier) => packet(`PPI0|gnp/t${tier}.x`, { id })),
            packet(`${isAllowed ? 'A' : 'D'}PI0|gnp/z.end`, { id }),
          ]);
          const { join, take, whole, givenUp } = open();
          for (let at = 0; waiting.some((lines) => lines.length > 0); at++) {
            const left = waiting.filter((lines) => lines.length > 0);
            const next = left[(order[at % order.length] ?? 0) % left.length]?.shift();
            if (next !== undefined) take(next);
          }
          const expected = journeys.map(({ tiers, isAllowed }) =>
            [
              `${isAllowed ? 'allow' : 'deny'}:`,
              ...Array.from({ length: tiers }, (_, tier) => `t${tier}.x`),
              'z.end',
            ].join(' '),
          );
          expect(whole.sort()).toEqual(expected.sort());
          expect([givenUp, join.size]).toEqual([[], 0]);
        },
      ),
    );
  });
});
