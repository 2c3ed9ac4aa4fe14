import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, type Report } from './figure.js';
import { openAgents } from './load/agent-connection.js';
import { Cluster, MEDIUM } from './load/cluster.js';
import { fiftyFilters } from './load/filters.js';
import { FlowFeed } from './load/flow-feed.js';
import { SubscriberProcess } from './load/subscriber-process.js';
import type { Options } from './options.js';
import { costOf, ServerProcess } from './server-process.js';

const CHANGES_PER_SECOND = 5_000;
const SUBSCRIBERS = 200;
const WARM_UP_MS = 5_000;
const MEASURED_MS = 10_000;

/** Two hundred readers with fifty filters, and each of five thousand flows changing once a second. */
export async function measureLive(report: Report, { profileTo }: Options): Promise<void> {
  const server = await ServerProcess.start({ profileTo });
  const feed = new FlowFeed({
    // Each flow is a row of its own: the most that can change.
    cluster: new Cluster({ ...MEDIUM, paired: false }),
    flows: CHANGES_PER_SECOND,
    perSecond: CHANGES_PER_SECOND,
    agents: await openAgents(server.socketUrl('/api/v1/agent'), 10),
  });
  await sleep(WARM_UP_MS);
  const unwatched = await costOf(server, () => sleep(MEASURED_MS));

  const subscribers = await SubscriberProcess.start({
    url: server.socketUrl('/api/v1/live'),
    filters: fiftyFilters(),
    subscribers: SUBSCRIBERS,
  });
  await sleep(WARM_UP_MS);
  await subscribers.take();
  const watched = await costOf(server, () => sleep(MEASURED_MS));
  const seen = await subscribers.take();
  await subscribers.stop();
  feed.stop();
  await server.stop();

  const name = `live, ${SUBSCRIBERS} subscribers, 50 filters, 5,000 changed flows/s`;
  report({ name: 'live, records taken in', value: watched.records / watched.seconds, unit: 'records/s' });
  report({ name: `${name}: rows sent`, value: seen.rows / watched.seconds, unit: 'rows/s' });
  report({ name: `${name}: rows skipped`, value: seen.skipped, unit: 'rows', target: { atMost: 0 } });
  report({ name: 'live, server without subscribers', value: unwatched.load * 100, unit: '% of a core' });
  report({ name: `${name}: server in all`, value: watched.load * 100, unit: '% of a core' });
  report({
    name: `${name}: the subscribers' share`,
    value: (watched.load - unwatched.load) * 100,
    unit: '% of a core',
    target: { atMost: 50 },
  });
  report({ name: 'live, agent to subscriber, median', value: percentile(seen.latencies, 0.5), unit: 'ms' });
  report({
    name: 'live, agent to subscriber, 99th percentile',
    value: percentile(seen.latencies, 0.99),
    unit: 'ms',
    target: { atMost: 1_000 },
  });
  report({ name: 'live, event-loop delay, 99th percentile', value: watched.after.loopP99Ms, unit: 'ms' });
}
