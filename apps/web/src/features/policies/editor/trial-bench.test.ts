import { millis } from '@vibrissa/model';
import { EMPTY_RULEBOOK, type Rulebook } from '@vibrissa/policy';
import type { ApiFlow, ApiGroup } from '@vibrissa/protocol/messages';
import { describe, expect, it } from 'vitest';
import { LineReader } from './line-reader.js';
import { aGroup } from './test-lines.js';
import { TrialBench } from './trial-bench.js';

const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;
const BOOK: Rulebook = EMPTY_RULEBOOK;

function aBench(breathe: () => Promise<void> = async () => {}) {
  let now = 0;
  return new TrialBench({ now: () => now++ }, breathe);
}

const lineOf = (group: ApiGroup) => new LineReader().read(group);

describe('the bench on which changes are tried', () => {
  it('tells which lines a change would deny', async () => {
    const bench = aBench();
    bench.know(BOOK);
    bench.hold([aGroup('web', 'cart', 8080), aGroup('web', 'db', 5432)].map((group) => lineOf(group)));
    expect(bench.read({ yaml: DENY }, '')).toMatchObject({
      isChange: true,
      does: ['adds NetworkPolicy shop/deny'],
    });
    const tried = await bench.try();
    expect(tried?.answer).toMatchObject({ lines: 2, totals: { 'newly-denied': { lines: 2 } } });
    expect(tried?.answer.changes[0]).toMatchObject({
      direction: 'newly-denied',
      before: 'allow',
      after: 'deny',
    });
  });

  it('tries nothing before the policies are known, and nothing where nothing changes', async () => {
    const bench = aBench();
    bench.hold([lineOf(aGroup('web', 'cart', 8080))]);
    expect(bench.read({ yaml: DENY }, '').does).toEqual([]);
    expect(await bench.try()).toBeNull();
    bench.know(BOOK);
    bench.forgetLines();
    bench.read({ yaml: DENY }, '');
    expect(await bench.try()).toBeNull();
    bench.hold([]);
    expect((await bench.try())?.answer.lines).toBe(0);
    bench.read({ yaml: '' }, '');
    expect(await bench.try()).toBeNull();
  });

  it('gives up a try when another change is typed meanwhile', async () => {
    const pending: (() => void)[] = [];
    const bench = aBench(() => new Promise((resolve) => pending.push(resolve)));
    bench.know(BOOK);
    bench.hold(Array.from({ length: 5_001 }, (_, at) => lineOf(aGroup('web', `w${at}`, 80))));
    bench.read({ yaml: DENY }, '');
    const first = bench.try();
    bench.read({ yaml: DENY.replace('name: deny', 'name: other') }, '');
    const second = bench.try();
    while (pending.length > 0) pending.shift()?.();
    expect(await first).toBeNull();
    for (let turn = 0; turn < 5; turn++) {
      await Promise.resolve();
      while (pending.length > 0) pending.shift()?.();
    }
    expect((await second)?.answer.lines).toBe(5_001);
  });

  it('lets go of what it holds', async () => {
    const bench = aBench();
    bench.hold([lineOf(aGroup('web', 'cart', 8080))]);
    bench.forgetLines();
    expect(bench.lines).toBe(0);
  });
});

describe('LineReader', () => {
  it('keeps all that a line and its reports say', () => {
    const group: ApiGroup = aGroup('web', 'cart', 8080);
    const [report] = group.flows as readonly [ApiFlow, ...ApiFlow[]];
    const line = lineOf(group);
    expect(line).toMatchObject({
      key: { source: group.source, dest: group.dest, port: 8080, protocol: 'tcp' },
      verdict: group.verdict,
      pending: group.pendingVerdict,
      firstSeen: millis(group.firstSeen),
    });
    expect(line.flows[0]).toMatchObject({
      key: { reporter: report.reporter, verdict: report.verdict, trace: { enforced: report.enforced } },
      sourceLabels: report.sourceLabels,
      evidence: report.evidence,
    });
    expect(line.flows[0]?.counters.connectionsStarted).toBe(report.connectionsStarted);
  });

  it('makes one of ends and of labels that are alike', () => {
    const reader = new LineReader();
    const [a, b] = [reader.read(aGroup('web', 'cart', 1)), reader.read(aGroup('web', 'cart', 2))];
    expect(a.key.source).toBe(b.key.source);
    expect(a.flows[0]?.key.dest).toBe(b.key.dest);
    expect(a.flows[0]?.sourceLabels).toBe(b.flows[0]?.sourceLabels);
    expect(a.key.source).not.toBe(reader.read(aGroup('other', 'cart', 1)).key.source);
  });

  it('has no reports where the API told none', () => {
    const { flows: _, ...group } = aGroup('web', 'cart', 8080);
    expect(lineOf(group).flows).toEqual([]);
  });
});
