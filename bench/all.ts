import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, type Report } from './figure.js';
import { openAgents } from './load/agent-connection.js';
import { BrowserPage } from './load/browser-page.js';
import { Cluster, MEDIUM } from './load/cluster.js';
import { fiftyFilters } from './load/filters.js';
import { FlowFeed } from './load/flow-feed.js';
import { SubscriberProcess } from './load/subscriber-process.js';
import type { Options } from './options.js';
import { costOf, ServerProcess } from './server-process.js';

const RECORDS_PER_SECOND = 20_000;
const SUBSCRIBERS = 50;
const WARM_UP_MS = 5_000;
const MEASURED_MS = 12_000;

/** Everything at once: ten agents, fifty subscribers and a browser, on the cores there are. */
export async function measureAll(report: Report, { profileTo, chromium }: Options): Promise<void> {
  const server = await ServerProcess.start({ profileTo });
  const feed = new FlowFeed({
    cluster: new Cluster(MEDIUM),
    flows: RECORDS_PER_SECOND,
    perSecond: RECORDS_PER_SECOND,
    agents: await openAgents(server.socketUrl('/api/v1/agent'), 10),
  });
  const subscribers = await SubscriberProcess.start({
    url: server.socketUrl('/api/v1/live'),
    filters: fiftyFilters(),
    subscribers: SUBSCRIBERS,
  });
  const page = chromium === '' ? null : await BrowserPage.open(chromium, server.url);
  await sleep(WARM_UP_MS);
  await subscribers.take();
  await page?.takeDiary();
  const cost = await costOf(server, () => sleep(MEASURED_MS));
  const seen = await subscribers.take();
  const diary = await page?.takeDiary();
  await page?.close();
  await subscribers.stop();
  feed.stop();
  await server.stop();

  const name = `all, 20,000 records/s, ${SUBSCRIBERS} subscribers${page === null ? '' : ', a browser'}`;
  report({ name: 'all, records taken in', value: cost.records / cost.seconds, unit: 'records/s' });
  report({
    name: 'all, records held back because the server was too slow',
    value: feed.heldBack,
    unit: 'records',
    target: { atMost: 0 },
  });
  report({ name: 'all, rows skipped', value: seen.skipped, unit: 'rows', target: { atMost: 0 } });
  report({ name: `${name}: server`, value: cost.load * 100, unit: '% of a core' });
  report({
    name: `${name}: event-loop delay, 99th percentile`,
    value: cost.after.loopP99Ms,
    unit: 'ms',
    target: { atMost: 50 },
  });
  report({ name: `${name}: longest stall`, value: cost.after.loopMaxMs, unit: 'ms' });
  report({
    name: 'all, agent to subscriber, 99th percentile',
    value: percentile(seen.latencies, 0.99),
    unit: 'ms',
    target: { atMost: 1_000 },
  });
  if (diary === undefined) return;
  report({
    name: 'all, agent to page, 99th percentile',
    value: percentile(diary.latencies, 0.99),
    unit: 'ms',
    target: { atMost: 1_000 },
  });
}
