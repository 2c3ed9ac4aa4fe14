import type {
  ApiGroup,
  AppliedReply,
  ConnectionQuestion,
  FixesReply,
  FlowsReply,
  PoliciesReply,
  WhyReply,
} from '@vibrissa/protocol/messages';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../test-server.js';
import { PolicyBench } from './test-policies.js';

let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.demo('broken-rollout');
});

afterAll(() => bench.close());

/** The lines to the port that the rollout calls, over the last seconds. */
async function lines(msAgo: number): Promise<readonly ApiGroup[]> {
  const query = { groupBy: 'connection', filter: 'dest.workload=ledger port=8443', from: String(-msAgo) };
  return (await bench.get<FlowsReply<ApiGroup>>('flows', query)).reply.flows;
}

it('asks why, applies the first fix, sees the flow allowed, and takes it back', async () => {
  const [denied] = await lines(600_000);
  if (denied === undefined) throw new Error('the rollout is denied from the start');
  const { source, dest, port, protocol } = denied;
  const asked: ConnectionQuestion = { source, dest, port, protocol };
  const window = { from: '-600000' };
  const why = await bench.post<WhyReply>('policies/why', asked, window);
  expect([why.reply.observed, why.reply.evaluated, why.reply.disagreements]).toEqual(['deny', 'deny', []]);

  const { reply } = await bench.post<FixesReply>('policies/fixes', asked, window);
  const [fix] = reply.fixes;
  if (fix === undefined) throw new Error('there is a fix');
  expect(fix).toMatchObject({ allows: 'yes', others: { 'newly-denied': { lines: 0 } } });
  const applied = await bench.post<AppliedReply>('policies/apply', fix.change);
  expect([applied.status, applied.reply.done.length]).toEqual([200, 1]);
  const board = await bench.get<PoliciesReply>('policies', window);
  expect([board.reply.version, board.reply.canApply, board.reply.canReset]).toEqual([
    applied.reply.version,
    true,
    true,
  ]);
  bench.clock.advance(20_000);
  await until(
    async () => (await lines(10_000)).some(({ verdict }) => verdict === 'allow'),
    'the call to be allowed',
  );

  const reset = await bench.post<AppliedReply>('policies/reset', {});
  expect(reset.reply.done).toHaveLength(1);
  const after = await bench.get<PoliciesReply>('policies', { from: '-500000' });
  expect([after.reply.version, after.reply.canReset]).toEqual([reset.reply.version, false]);
  bench.clock.advance(30_000);
  await until(
    async () => (await lines(10_000)).every(({ verdict }) => verdict === 'deny'),
    'the call to be denied',
  );
}, 60_000);
