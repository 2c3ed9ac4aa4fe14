import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeRecord } from '@vibrissa/protocol';
import type { Report } from './figure.js';
import { Cluster, MEDIUM } from './load/cluster.js';
import { ServerProcess } from './server-process.js';

/** An hour of what 1,000 records a second come to when each flow reports once a bucket or so. */
const FLOWS = 2_084;
const BUCKETS = 240;
const BUCKET_MS = 15_000;

/** Records of a request. */
const BATCH = 5_000;

/** Kills a server with a full last hour and measures how long it is until the next one has it in view again. */
export async function measureRestart(report: Report): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'vibrissa-restart-'));
  const start = () => ServerProcess.start({ profileTo: '', env: { VIBRISSA_DATA: data } });
  try {
    const first = await start();
    await fill(first.url);
    await settled(first.url);
    const { flows } = await first.sample();
    await first.kill();
    const begun = performance.now();
    const second = await start();
    const served = performance.now() - begun;
    while (!(await fetch(`${second.url}/readyz`)).ok) await sleep(10);
    const ready = performance.now() - begun;
    const after = await second.sample();
    report({ name: 'restart: from the start until the page is served', value: served, unit: 'ms' });
    report({
      name: `restart: until ${FLOWS * BUCKETS} (flow, bucket) pairs are back and senders let in`,
      value: after.flows === flows ? ready : Number.NaN,
      unit: 'ms',
      target: { atMost: 3_000 },
    });
    report({ name: 'restart: CPU time for it', value: after.cpuSeconds * 1000, unit: 'ms' });
    await second.stop();
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function fill(url: string): Promise<void> {
  const cluster = new Cluster(MEDIUM);
  const oldest = Date.now() - (BUCKETS - 1) * BUCKET_MS;
  let lines: string[] = [];
  const send = async () => {
    const reply = await fetch(`${url}/api/v1/flows`, {
      method: 'POST',
      body: lines.join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    if (!reply.ok) throw new Error(`the server refused records: ${await reply.text()}`);
    lines = [];
  };
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    for (let flow = 0; flow < FLOWS; flow++) {
      lines.push(writeRecord(cluster.record(flow, oldest + bucket * BUCKET_MS)));
      if (lines.length === BATCH) await send();
    }
  }
  if (lines.length > 0) await send();
}

/**
 * Waits until all of it is in the history, and until so long after that the journal's entries are as old as they are
 * where records come steadily: those of the last buckets alone are read again.
 */
async function settled(url: string): Promise<void> {
  await sleep(3.2 * BUCKET_MS);
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const written = Number(/^vibrissa_history_rows_written (\S+)$/m.exec(text)?.[1]);
    if (written >= FLOWS * BUCKETS) return;
    await sleep(200);
  }
}
