import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../figure.js';
import { openAgents } from '../load/agent-connection.js';
import { Cluster, LARGE } from '../load/cluster.js';
import { FlowFeed } from '../load/flow-feed.js';
import { LiveSubscriber } from '../load/live-subscriber.js';
import type { Options } from '../options.js';
import { ServerProcess } from '../server-process.js';

const ACTIVE = 100_000;
/** Short buckets, so that several roll over in half a minute. */
const BUCKET_MS = 5_000;
const BUCKETS = 4;
const AGENTS = 10;
const FILL_MS = (BUCKETS + 1) * BUCKET_MS;
const MEASURED_MS = 2 * BUCKET_MS + 1_000;

/**
 * The event loop of the real server while buckets of a hundred thousand active flows come and go, with one
 * browser that watches all of them over a window that loses a bucket at each rollover.
 */
export async function measureServerRollover(report: Report, { profileTo }: Options): Promise<void> {
  const env = { VIBRISSA_BUCKET_MS: String(BUCKET_MS), VIBRISSA_BUCKETS: String(BUCKETS) };
  const server = await ServerProcess.start({ profileTo, env });
  const feed = new FlowFeed({
    cluster: new Cluster(LARGE),
    flows: ACTIVE,
    perSecond: (ACTIVE / BUCKET_MS) * 1_000,
    agents: await openAgents(server.socketUrl('/api/v1/agent'), AGENTS),
  });
  await sleep(FILL_MS);
  await server.sample();
  await sleep(MEASURED_MS);
  const alone = await server.sample();
  const browser = await LiveSubscriber.open(server.socketUrl('/api/v1/live'), {
    filter: '',
    since: -2 * BUCKET_MS,
  });
  await browser.ready;
  await sleep(BUCKET_MS / 2);
  await server.sample();
  await sleep(MEASURED_MS);
  const watched = await server.sample();
  browser.close();
  feed.stop();
  await server.stop();

  const name = 'server, rollover at 100,000 active flows';
  report({ name: `${name}: flows held`, value: watched.flows, unit: 'flows' });
  report({ name: `${name}: records held back, server too slow`, value: feed.heldBack, unit: 'records' });
  report({
    name: `${name}: longest stall, nobody watches`,
    value: alone.loopMaxMs,
    unit: 'ms',
    target: { atMost: 50 },
  });
  report({
    name: `${name}: longest stall, a page watches all`,
    value: watched.loopMaxMs,
    unit: 'ms',
    target: { atMost: 50 },
  });
}
