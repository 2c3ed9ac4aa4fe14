import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, type Report } from './figure.js';
import { openAgents } from './load/agent-connection.js';
import { BrowserPage } from './load/browser-page.js';
import { Cluster, LARGE } from './load/cluster.js';
import { FlowFeed } from './load/flow-feed.js';
import { batches } from './load/lines.js';
import type { Options } from './options.js';
import { ServerProcess } from './server-process.js';

const ROWS = 50_000;
const UPDATES_PER_SECOND = 2_000;
const LOADS_WITHIN_MS = 30_000;
/** The first seconds are those of loading. */
const SETTLE_MS = 3_000;
const MEASURED_MS = 15_000;
/** A table of this height shows more; fewer mean that the page painted something else. */
const LEAST_VISIBLE = 10;

/** The flows page in a headless Chromium, with as many rows as it holds at most, while they change. */
export async function measurePage(report: Report, { profileTo, chromium }: Options): Promise<void> {
  if (chromium === '') {
    report({
      name: 'page: there is no Chromium here; name one in CHROMIUM_PATH',
      value: Number.NaN,
      unit: '',
    });
    return;
  }
  const server = await ServerProcess.start({ profileTo });
  // Each flow is a row of its own.
  const cluster = new Cluster({ ...LARGE, paired: false });
  const agents = await openAgents(server.socketUrl('/api/v1/agent'), 10);
  const [first] = agents;
  for (const text of batches(cluster, ROWS, 1_000, 'ours')) {
    first?.send(text);
    await first?.room(2);
  }
  await first?.room(0);
  const page = await BrowserPage.open(chromium, server.url);
  await page.holds(ROWS, LOADS_WITHIN_MS);
  await page.stopReading();
  const feed = new FlowFeed({ cluster, flows: ROWS, perSecond: UPDATES_PER_SECOND, agents });
  await sleep(SETTLE_MS);
  await page.takeDiary();
  const busyBefore = await page.busySeconds();
  const begun = performance.now();
  await sleep(MEASURED_MS);
  const seconds = (performance.now() - begun) / 1000;
  const busy = (await page.busySeconds()) - busyBefore;
  const { frames, longTasks } = await page.takeDiary();
  const visible = await page.visibleRows();
  const picture = join(tmpdir(), 'vibrissa-bench-page.png');
  await page.screenshot(picture);
  const scriptBytes = await page.scriptBytes();
  await page.close();
  feed.stop();
  await server.stop();

  const name = 'page, 50,000 rows';
  report({
    name: `${name}: lines on screen (${picture})`,
    value: visible,
    unit: 'lines',
    target: { atLeast: LEAST_VISIBLE },
  });
  report({
    name: `${name}: updates held back`,
    value: feed.heldBack,
    unit: 'updates',
    target: { atMost: 0 },
  });
  report({
    name: `${name}: tasks over 50 ms in ${Math.round(seconds)} s`,
    value: longTasks.length,
    unit: 'tasks',
    target: { atMost: 0 },
  });
  report({ name: `${name}: longest task over 50 ms`, value: Math.max(0, ...longTasks), unit: 'ms' });
  report({ name: `${name}: frame, median`, value: percentile(frames, 0.5), unit: 'ms' });
  report({
    name: `${name}: frame, 99th percentile`,
    value: percentile(frames, 0.99),
    unit: 'ms',
    // Two frames of a 60 Hz screen; the clock of frames is a little uneven.
    target: { atMost: 33.5 },
  });
  report({
    name: `${name}: main thread busy`,
    value: (busy / seconds) * 100,
    unit: '%',
    target: { atMost: 30 },
  });
  report({
    name: 'page, scripts of the first load, gzip',
    value: scriptBytes / 1000,
    unit: 'kB',
    target: { atMost: 250 },
  });
}
