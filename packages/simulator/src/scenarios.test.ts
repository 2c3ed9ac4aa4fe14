import {
  decidingHit,
  type FlowRecord,
  isOutside,
  millis,
  pendingVerdict,
  policyOf,
  workloadOf,
} from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { createPlay } from './play.js';
import type { Finding } from './scenario.js';
import { isScenarioName, SCENARIO_NAMES, SCENARIOS, type ScenarioName } from './scenarios.js';

const START = millis(1_800_000_000_000);
/** Long enough to see each scenario's cluster before its event. */
const PAST = 12 * 60_000;

function past(name: ScenarioName): readonly FlowRecord[] {
  return createPlay(SCENARIOS[name], { seed: 7, start: START }).records(millis(START - PAST), START);
}

function matches({ source, dest, port, protocol }: Finding, { key }: FlowRecord): boolean {
  const to = key.dest.address === '' ? `${key.dest.namespace}/${workloadOf(key.dest)}` : key.dest.address;
  const from = `${key.source.namespace}/${workloadOf(key.source)}`;
  return from === source && to === dest && key.port === port && key.protocol === protocol;
}

function shows(finding: Finding, { key }: FlowRecord): boolean {
  if (finding.kind === 'new-destination') return true;
  const pending = finding.kind === 'would-be-denied';
  if (pending ? key.verdict !== 'allow' || pendingVerdict(key.trace) !== 'deny' : key.verdict !== 'deny')
    return false;
  const hit = decidingHit(pending ? key.trace.pending : key.trace.enforced);
  const policy = hit === null ? null : policyOf(hit);
  expect(policy).toMatchObject(finding.policy ?? {});
  return true;
}

describe.each(SCENARIO_NAMES)('%s', (name) => {
  const scenario = SCENARIOS[name];
  const records = past(name);

  it('shows every finding since it began, and not before', () => {
    for (const finding of scenario.findings) {
      const found = records.filter((record) => matches(finding, record) && shows(finding, record));
      expect(found.length).toBeGreaterThan(0);
      const first = Math.min(...found.map(({ start }) => start));
      expect(first).toBeGreaterThanOrEqual(START + finding.since);
      expect(first).toBeLessThan(START + finding.since + 60_000);
    }
  });

  it('denies nothing else, today or once staged policies are enforced', () => {
    const unexpected = records.filter(
      (record) =>
        (record.key.verdict !== 'allow' || pendingVerdict(record.key.trace) !== 'allow') &&
        !scenario.findings.some((finding) => matches(finding, record) && shows(finding, record)),
    );
    expect(unexpected).toEqual([]);
  });

  it('keeps to the address ranges and domains set aside for documentation', () => {
    const outside = records.filter(({ key }) => isOutside(key.dest) && key.dest.name !== 'pvt');
    const values = (of: 'destIps' | 'dnsNames') =>
      new Set(outside.flatMap(({ evidence }) => evidence[of].kept.map(([value]) => value)));
    for (const ip of values('destIps')) {
      expect(ip).toMatch(/^(192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8:)/);
    }
    for (const dns of values('dnsNames')) expect(dns).toMatch(/\.example\.(com|net|org)$/);
  });
});

describe('online-shop', () => {
  it('has 60 to 120 pairs that talk', () => {
    const pairs = new Set(
      past('online-shop').map(({ key: { source, dest, port, protocol } }) =>
        [source.namespace, source.name, dest.namespace, dest.name, dest.address, port, protocol].join(' '),
      ),
    );
    expect(pairs.size).toBeGreaterThanOrEqual(60);
    expect(pairs.size).toBeLessThanOrEqual(120);
  });
});

describe('supply-chain', () => {
  it('sends steadily more', () => {
    const perMinute = [0, 0, 0, 0];
    for (const { key, start, counters } of past('supply-chain')) {
      const minute = Math.floor((start - START) / 60_000) + 4;
      if (key.dest.address === 'cdn-metrics.example.net') {
        perMinute[minute] = (perMinute[minute] ?? 0) + (counters.bytesOut ?? 0);
      }
    }
    expect(perMinute).toHaveLength(4);
    expect(perMinute).toEqual([...perMinute].sort((a, b) => a - b));
    expect(perMinute[3]).toBeGreaterThan(2 * (perMinute[0] ?? 0));
  });
});

describe('isScenarioName', () => {
  it('knows the scenarios and nothing else', () => {
    expect(SCENARIO_NAMES.every(isScenarioName)).toBe(true);
    expect(['', 'off', 'constructor'].some(isScenarioName)).toBe(false);
  });
});
