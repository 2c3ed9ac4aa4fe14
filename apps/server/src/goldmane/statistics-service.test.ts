import { goldmane } from '@vibrissa/protocol';
import { GrpcStatus } from '@vibrissa/protocol/grpc';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, ReaderTest } from './test-reader.js';

const { Action, MatchType, PolicyKind, RuleDirection, StatisticType, StatisticsGroupBy } = goldmane;

let test: ReaderTest;

beforeEach(async () => {
  test = await ReaderTest.start();
});

afterEach(() => test.end());

type Request = NonNullable<Parameters<typeof test.calls.statistics>[0]>;

/** Results by the names of their policies, with what they count. */
async function statistics(request: Request = {}) {
  const results = await test.calls.statistics({ startTimeGte: -600n, ...request });
  return results.map((result) => ({
    name: result.policy?.name,
    policy: result.policy,
    direction: result.direction,
    allowed: [result.allowedIn.map(Number), result.allowedOut.map(Number)],
    denied: [result.deniedIn.map(Number), result.deniedOut.map(Number)],
    passed: [result.passedIn.map(Number), result.passedOut.map(Number)],
    x: result.x.map(Number),
    result,
  }));
}

const PASS_THEN_ALLOW = ['0|security|gnp:watch|pass|2', '1|default|np:data/allow-web|allow|3'];

describe('Statistics.List', () => {
  it('counts packets by policy, in and out, by what the policy did', async () => {
    test.add({ enforced: PASS_THEN_ALLOW }, { enforced: PASS_THEN_ALLOW, port: 80 });
    test.roll();
    const [allow, watch] = await statistics();
    expect(allow).toMatchObject({
      name: 'allow-web',
      allowed: [[2], [4]],
      denied: [[0], [0]],
      passed: [[0], [0]],
      x: [],
    });
    expect(watch).toMatchObject({ name: 'watch', passed: [[2], [4]], allowed: [[0], [0]] });
    expect(allow?.result).toMatchObject({
      groupBy: StatisticsGroupBy.Policy,
      type: StatisticType.PacketCount,
    });
    expect(allow?.policy).toMatchObject({
      kind: PolicyKind.CalicoNetworkPolicy,
      tier: 'default',
      namespace: 'data',
      action: Action.ActionUnspecified,
      ruleIndex: 0n,
    });
  });

  it('counts bytes and live connections; live ones go in where the destination reports, else out', async () => {
    test.add({ counters: { connectionsLive: 5 } }, { reporter: 'src', counters: { connectionsLive: 7 } });
    test.roll();
    const [bytes] = await statistics({ type: StatisticType.ByteCount });
    expect(bytes?.allowed).toEqual([[20], [40]]);
    const [live] = await statistics({ type: StatisticType.LiveConnectionCount });
    expect(live?.allowed).toEqual([[5], [7]]);
  });

  it('counts what is unknown as nothing', async () => {
    test.add({ counters: { packetsIn: null } });
    test.roll();
    expect((await statistics())[0]?.allowed).toEqual([[0], [2]]);
  });

  it('tells rules by their own index, action and direction', async () => {
    test.add({ enforced: PASS_THEN_ALLOW }, { enforced: PASS_THEN_ALLOW, reporter: 'src' });
    test.roll();
    const rules = await statistics({ groupBy: StatisticsGroupBy.PolicyRule });
    expect(
      rules.map(({ name, direction, policy }) => [name, direction, policy?.ruleIndex, policy?.action]),
    ).toEqual([
      ['allow-web', RuleDirection.Ingress, 3n, Action.Allow],
      ['allow-web', RuleDirection.Egress, 3n, Action.Allow],
      ['watch', RuleDirection.Ingress, 2n, Action.Pass],
      ['watch', RuleDirection.Egress, 2n, Action.Pass],
    ]);
  });

  it('has no direction for policies', async () => {
    test.add({}, { reporter: 'src' });
    test.roll();
    expect((await statistics()).map(({ direction }) => direction)).toEqual([RuleDirection.Any]);
  });

  it('counts a flow once for a policy that is both enforced and pending', async () => {
    const hit = '0|default|np:data/allow-web|allow|3';
    test.add({ enforced: [hit], pending: [hit] });
    test.add({ enforced: [hit], pending: ['0|default|np:data/allow-web|deny|1'], port: 80 });
    test.roll();
    expect(await statistics()).toMatchObject([{ allowed: [[2], [4]], denied: [[0], [0]] }]);
  });

  it('counts staged policies by what they would do', async () => {
    test.add({ pending: ['0|default|snp:data/trial|deny|0'] });
    test.roll();
    const trial = (await statistics()).find(({ name }) => name === 'trial');
    expect(trial).toMatchObject({ denied: [[1], [2]], policy: { kind: PolicyKind.StagedNetworkPolicy } });
  });

  it('puts an end of tier down to its trigger, with what the end of tier did', async () => {
    test.add({ verdict: 'deny', enforced: ['0|default|np:data/guard|deny|-1'] });
    test.roll();
    expect(await statistics()).toMatchObject([
      { name: 'guard', denied: [[1], [2]], policy: { kind: PolicyKind.CalicoNetworkPolicy } },
    ]);
    const [rule] = await statistics({ groupBy: StatisticsGroupBy.PolicyRule });
    expect(rule?.policy).toMatchObject({ action: Action.Deny, ruleIndex: -1n });
  });

  it('puts an end of tier without a trigger down to itself', async () => {
    test.add({ verdict: 'deny', enforced: ['0|default|eot:|deny|-1'] });
    test.roll();
    expect(await statistics()).toMatchObject([
      { name: '', policy: { kind: PolicyKind.EndOfTier, tier: 'default' } },
    ]);
  });

  it('gives series over the buckets that have something, by their begin', async () => {
    const { now } = test;
    test.add({});
    test.roll(2);
    test.add({ counters: { packetsIn: 9 } });
    test.roll();
    const [series] = await statistics({ timeSeries: true });
    expect(series).toMatchObject({
      x: [now, now + 30],
      allowed: [
        [1, 9],
        [2, 2],
      ],
      denied: [
        [0, 0],
        [0, 0],
      ],
    });
  });

  it('leaves the bucket under way out when nothing is said of the end', async () => {
    test.add({});
    test.roll();
    test.add({ counters: { packetsIn: 100 } });
    expect((await statistics())[0]?.allowed[0]).toEqual([1]);
  });

  it('begins with the bucket that holds the time, and ends before the one that holds the end', async () => {
    const { now } = test;
    for (let i = 0; i < 4; i++) {
      test.add({});
      test.roll();
    }
    const [series] = await statistics({
      startTimeGte: BigInt(now + 20),
      startTimeLt: BigInt(now + 50),
      timeSeries: true,
    });
    expect(series?.x).toEqual([now + 15, now + 30]);
  });

  it('takes an empty request for all that is held', async () => {
    test.add({});
    test.roll();
    expect(await test.calls.statistics()).toHaveLength(1);
  });

  it('is in the order of policies, then of directions', async () => {
    test.add({ enforced: ['0|b|gnp:z|pass|0', '1|default|np:b/y|allow|0'] });
    test.add({ enforced: ['0|a|gnp:x|pass|0', '1|default|np:a/y|allow|0'], reporter: 'src' });
    test.roll();
    expect(
      (await statistics()).map(({ policy }) => `${policy?.tier}/${policy?.namespace}/${policy?.name}`),
    ).toEqual(['a//x', 'b//z', 'default/a/y', 'default/b/y']);
  });

  it.each([
    ['kind', { kind: PolicyKind.GlobalNetworkPolicy }, ['watch']],
    ['tier', { tier: { value: 'default' } }, ['allow-web']],
    ['namespace', { namespace: { value: 'data' } }, ['allow-web']],
    ['name', { name: { value: 'watch' } }, ['watch']],
    ['a part of the name', { name: { value: 'web', type: MatchType.Fuzzy } }, ['allow-web']],
    ['action', { action: Action.Pass }, ['watch']],
    ['all of what is said', { tier: { value: 'default' }, action: Action.Pass }, null],
  ])('matches policies by %s', async (_what, policyMatch, expected) => {
    test.add({ enforced: PASS_THEN_ALLOW });
    test.roll();
    if (expected === null)
      expect((await failure(statistics({ policyMatch })))?.status).toBe(GrpcStatus.notFound);
    else expect((await statistics({ policyMatch })).map(({ name }) => name)).toEqual(expected);
  });

  it('sends one empty result and then NOT_FOUND when there is nothing', async () => {
    const results: goldmane.StatisticsResult[] = [];
    expect(await failure(test.calls.statistics({}, results))).toEqual({
      status: GrpcStatus.notFound,
      message: 'No statistics matching request',
    });
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ allowedIn: [], x: [] });
    expect(results[0]?.policy).toBeUndefined();
  });

  it.each([
    ['start_time_gte', { startTimeGte: 1n }],
    ['start_time_gte', { startTimeGte: -10n, startTimeLt: -20n }],
    ['start_time_lt', { startTimeLt: 9_000_000_000n }],
    ['type', { type: 99 }],
    ['group_by', { groupBy: 99 }],
  ])('answers a %s that cannot be with INVALID_ARGUMENT', async (field, request) => {
    const answer = await failure(test.calls.statistics(request));
    expect(answer?.status).toBe(GrpcStatus.invalidArgument);
    expect(answer?.message).toContain(field);
  });
});
