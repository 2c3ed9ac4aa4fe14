import {
  type Endpoint,
  type Flow,
  foldFlows,
  millis,
  NO_EVIDENCE,
  type PolicyHit,
  type Reporter,
  UNKNOWN_COUNTERS,
} from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { countUsage } from './count-usage.js';
import { hit } from './fixtures.js';

interface Report {
  readonly reporter: Reporter;
  readonly enforced?: readonly PolicyHit[];
  readonly pending?: readonly PolicyHit[];
  readonly started?: number;
}

const WEB: Endpoint = { kind: 'workload', namespace: 'shop', name: 'web-*', address: '' };
const DB: Endpoint = { ...WEB, name: 'db-0' };

function line(at: number, ...reports: readonly Report[]) {
  const key = { source: WEB, dest: DB, port: 80, protocol: 'tcp' };
  const flows = reports.map(
    ({ reporter, enforced = [], pending = [], started = 1 }): Flow => ({
      id: at,
      key: { ...key, service: null, reporter, verdict: 'allow', trace: { enforced, pending } },
      counters: { ...UNKNOWN_COUNTERS, connectionsStarted: started, bytesIn: 100, bytesOut: 20 },
      sourceLabels: null,
      destLabels: null,
      evidence: NO_EVIDENCE,
      firstSeen: millis(0),
      lastSeen: millis(at),
    }),
  );
  return foldFlows(at, key, flows);
}

function count(...lines: readonly ReturnType<typeof line>[]) {
  const counter = countUsage();
  counter.add(lines);
  return counter.result();
}

const ALLOWS = hit({ name: 'web', ruleIndex: 2 });
const PASSES = hit({ name: 'platform', tier: 'platform', action: 'pass', ruleIndex: 0 });
const PROFILE = hit({ kind: 'Profile', name: 'kns.shop', tier: '' });

function endOf(trigger: PolicyHit, action: 'deny' | 'pass' = 'deny'): PolicyHit {
  const { kind, namespace, name, tier } = trigger;
  return hit({
    ...{ kind: 'EndOfTier', name: '', namespace: '', tier, action, ruleIndex: -1 },
    trigger: { kind, namespace, name, tier },
  });
}

describe('countUsage', () => {
  it('counts what each policy and rule of a trace did, and profiles as none', () => {
    const usage = count(
      line(1000, { reporter: 'dst', enforced: [PASSES, ALLOWS], started: 5 }),
      line(2000, { reporter: 'dst', enforced: [PASSES, PROFILE], started: 2 }),
    );
    expect(usage.map(({ policy: { name }, rules, ...counts }) => ({ name, ...counts }))).toEqual([
      {
        ...{ name: 'platform', allowed: 0, denied: 0, passed: 7, lines: 2, bytes: 240, lastHit: 2000 },
        ...{ spark: [], deniedSpark: [] },
      },
      {
        ...{ name: 'web', allowed: 5, denied: 0, passed: 0, lines: 1, bytes: 120, lastHit: 1000 },
        ...{ spark: [], deniedSpark: [] },
      },
    ]);
    expect(usage[1]?.rules).toEqual([
      {
        ...{ direction: 'ingress', ruleIndex: 2, allowed: 5, denied: 0, passed: 0 },
        ...{ lines: 1, bytes: 120, lastHit: 1000 },
      },
    ]);
  });

  it('counts once what both ends say of one policy, by the larger number', () => {
    const [usage] = count(
      line(
        1,
        { reporter: 'src', enforced: [ALLOWS], started: 3 },
        { reporter: 'dst', enforced: [ALLOWS], started: 4 },
      ),
    );
    expect(usage).toMatchObject({ allowed: 4, lines: 1, bytes: 200 });
    expect(usage?.rules.map(({ direction, allowed }) => [direction, allowed])).toEqual([
      ['ingress', 4],
      ['egress', 3],
    ]);
  });

  it('adds up what one end says in several reports', () => {
    const other = hit({ name: 'web', ruleIndex: 3, action: 'deny' });
    const [usage] = count(
      line(
        1,
        { reporter: 'dst', enforced: [ALLOWS], started: 3 },
        { reporter: 'dst', enforced: [other], started: 4 },
      ),
    );
    expect(usage).toMatchObject({ allowed: 3, denied: 4, lines: 1 });
    expect(usage?.rules.map(({ ruleIndex, lines }) => [ruleIndex, lines])).toEqual([
      [2, 1],
      [3, 1],
    ]);
  });

  it('puts the end of a tier down to its policy, as rule -1, and that of nobody to none', () => {
    const usage = count(
      line(1, { reporter: 'dst', enforced: [endOf(ALLOWS)], started: 6 }),
      line(2, { reporter: 'dst', enforced: [endOf(PASSES, 'pass'), { ...endOf(ALLOWS), trigger: null }] }),
    );
    expect(
      usage.map(({ policy, denied, passed, rules }) => [policy.name, denied, passed, rules[0]?.ruleIndex]),
    ).toEqual([
      ['platform', 0, 1, -1],
      ['web', 6, 0, -1],
    ]);
    expect(usage[1]?.policy).toEqual({
      kind: 'GlobalNetworkPolicy',
      namespace: '',
      name: 'web',
      tier: 'default',
    });
  });

  it('tells of staged policies by pending traces alone, and of others by those in force', () => {
    const staged = hit({ kind: 'StagedGlobalNetworkPolicy', name: 'next', action: 'deny' });
    const usage = count(line(1, { reporter: 'dst', enforced: [ALLOWS], pending: [PASSES, staged] }));
    expect(usage.map(({ policy: { name }, denied, allowed }) => [name, denied, allowed])).toEqual([
      ['web', 0, 1],
      ['next', 1, 0],
    ]);
    const atEnd = count(line(1, { reporter: 'src', pending: [endOf(staged)] }));
    expect(atEnd.map(({ policy: { name }, rules }) => [name, rules[0]?.direction])).toEqual([
      ['next', 'egress'],
    ]);
  });

  it('adds up sparks of the lines that a policy decided, and of those it denied', () => {
    const counter = countUsage();
    const denies = hit({ name: 'web', action: 'deny' });
    counter.add(
      [line(1, { reporter: 'dst', enforced: [ALLOWS] }), line(2, { reporter: 'dst', enforced: [denies] })],
      [
        [1, 2, 3],
        [0, 5, 0],
      ],
    );
    expect(counter.result()).toMatchObject([{ spark: [1, 7, 3], deniedSpark: [0, 5, 0] }]);
  });

  it('does not let made-up names grow without end', () => {
    const counter = countUsage();
    for (let at = 0; at < 20_100; at++) {
      counter.add([line(1, { reporter: 'dst', enforced: [hit({ name: `p${at}` })] })]);
    }
    expect(counter.result()).toHaveLength(20_000);
  });
});
