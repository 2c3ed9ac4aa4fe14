import { Timeline } from '../pages/Timeline.js';
import { BUCKET, type Call, recordsOf, send } from '../records.js';
import { expect, test } from '../test.js';

test.use({ scenario: 'off', keeps: true });

const CALL = { source: 'live/orders', dest: 'live/ledger', port: 8443, action: 'allow', policy: 'live/open' };
const BEFORE = { buckets: 32, tries: 2 };
const BATCHES = 40;
/** ms of a bar while the strip shows the last hour. */
const BAR = 30_000;

function callOf(from: number, to: number, tries: number): Call {
  return { ...CALL, action: 'allow', from, to, tries };
}

const bucketNow = () => Math.floor(Date.now() / BUCKET) * BUCKET;

/**
 * What an agent does: a batch after the other, each sent again until it is acknowledged, a bucket later each until it
 * has caught up with now. `then` hears of each acknowledgement. Resolves with the last bucket that was sent.
 */
async function sendLive(url: string, from: number, then: (sent: number) => void): Promise<number> {
  let at = from;
  let last = from;
  for (let sequence = 1; sequence <= BATCHES; sequence++) {
    const records = recordsOf(callOf(at, at + BUCKET, 1));
    await expect(() => send(url, records, { name: 'agent-1', sequence })).toPass({ intervals: [50] });
    last = at;
    at = Math.max(at, Math.min(at + BUCKET, bucketNow()));
    then(sequence);
  }
  return last;
}

test('a server killed while flows come in goes on with all of them, and the page with it', async ({
  page,
  stack,
  flows,
}) => {
  const first = bucketNow() - BEFORE.buckets * BUCKET;
  await send(stack.url, recordsOf(callOf(first, first + BEFORE.buckets * BUCKET, BEFORE.tries)));
  await flows.open();
  const timeline = new Timeline(page);
  const line = flows.line({ source: 'orders', dest: 'ledger', port: 8443 });
  const tried = flows.cell(line, 'connections').locator('span');
  await expect(tried).toHaveAttribute('title', new RegExp(`^${BEFORE.buckets * BEFORE.tries} started`));
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));

  let acknowledged = 0;
  let sending = Promise.resolve(first);
  await new Promise<void>((resolve) => {
    sending = sendLive(stack.url, first + BEFORE.buckets * BUCKET, (sent) => {
      acknowledged = sent;
      if (sent === BATCHES / 4) resolve();
    });
  });
  await stack.crash();
  expect(acknowledged, 'it is killed in the middle').toBeLessThan(BATCHES);
  await expect(flows.liveChip).toHaveAccessibleName(/^Reconnecting/);
  await expect(line).toBeVisible();

  await stack.restart();
  const last = await sending;
  await expect(flows.liveChip).toHaveAccessibleName(/^Live/, { timeout: 30_000 });
  const all = BEFORE.buckets * BEFORE.tries + BATCHES;
  await expect(tried).toHaveAttribute('title', new RegExp(`^${all} started`));
  await expect(flows.lines()).toHaveCount(1);
  await expect(flows.count).toHaveText('1 connection');

  // No bucket is missing, neither in what is kept nor in the bars on screen.
  const reply = await page.request.get(`/api/v1/series?from=${first}&step=${BUCKET}`);
  const { points }: { points: readonly { at: number; allow: number }[] } = await reply.json();
  const buckets = Array.from({ length: (last - first) / BUCKET + 1 }, (_, index) => first + index * BUCKET);
  // Since then another bucket may have begun.
  const told = points.filter(({ at }) => at <= last);
  expect(told.map(({ at, allow }) => [at, allow])).toEqual(buckets.map((at) => [at, 1]));
  const bars = Math.floor(last / BAR) - Math.floor(first / BAR) + 1;
  await expect(timeline.bars).toHaveAccessibleName(new RegExp(`: ${bars} allowed, `));

  // The stream goes on, on the page that was there before.
  await send(stack.url, recordsOf(callOf(bucketNow(), bucketNow() + BUCKET, 1)));
  await expect(tried).toHaveAttribute('title', new RegExp(`^${all + 1} started`));
  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
});
