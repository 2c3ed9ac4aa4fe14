import { get } from 'node:http';
import { writeRecord } from '@vibrissa/protocol';
import type { Report } from './figure.js';
import { Cluster, MEDIUM } from './load/cluster.js';
import type { Options } from './options.js';
import { costOf, ServerProcess } from './server-process.js';

const ROWS = 20_000;
const BUCKET_MS = 15_000;
const BUCKETS = 4;
/** A tenth more than is needed: some flows to the outside are one to Whisker. */
const FLOWS = (ROWS / BUCKETS) * 1.1;
const LINES_A_REQUEST = 5_000;
const ROUNDS = 5;

/** How soon Whisker's page has 20,000 rows of backlog, over the stream of events that it reads. */
export async function measureWhisker(report: Report, { profileTo }: Options): Promise<void> {
  const server = await ServerProcess.start({ profileTo });
  await fill(server.url);
  // The server compiles what it runs for the first time.
  await backlog(server.url);
  const took: number[] = [];
  let bytes = 0;
  const cost = await costOf(server, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const seen = await backlog(server.url);
      took.push(seen.ms);
      bytes = seen.bytes;
    }
  });
  await server.stop();

  const name = `whisker, ${ROWS.toLocaleString('en-US')} rows of backlog`;
  report({
    name: `${name}, slowest of ${ROUNDS}`,
    value: Math.max(...took),
    unit: 'ms',
    target: { atMost: 1_000 },
  });
  report({ name: `${name}, fastest of ${ROUNDS}`, value: Math.min(...took), unit: 'ms' });
  report({
    name: `${name}: the server's work`,
    value: (cost.load * cost.seconds * 1_000) / ROUNDS,
    unit: 'ms of a core',
  });
  report({ name: `${name}: on the wire`, value: bytes / 1e6, unit: 'MB' });
  report({
    name: `${name}: event-loop delay, 99th percentile`,
    value: cost.after.loopP99Ms,
    unit: 'ms',
    target: { atMost: 50 },
  });
}

/** Sends each flow once for each of some buckets that are over. */
async function fill(url: string): Promise<void> {
  const cluster = new Cluster({ ...MEDIUM, paired: false });
  const newest = Math.floor(Date.now() / BUCKET_MS) * BUCKET_MS - 2 * BUCKET_MS;
  let lines: string[] = [];
  const send = async () => {
    const headers = { 'content-type': 'application/x-ndjson' };
    const reply = await fetch(`${url}/api/v1/flows`, { method: 'POST', headers, body: lines.join('\n') });
    if (!reply.ok) throw new Error(`the server refused records: ${(await reply.text()).slice(0, 300)}`);
    lines = [];
  };
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    for (let flow = 0; flow < FLOWS; flow++) {
      lines.push(writeRecord(cluster.record(flow, newest - bucket * BUCKET_MS + 2_000)));
      if (lines.length === LINES_A_REQUEST) await send();
    }
  }
  await send();
}

/** From the request to the row that makes the backlog whole. */
function backlog(url: string): Promise<{ readonly ms: number; readonly bytes: number }> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    let rows = 0;
    let bytes = 0;
    // The end of one event may come with the begin of the next, or apart from it.
    let carried = '';
    const asking = get(`${url}/whisker-backend/flows?watch=true&startTimeGte=-300`, (reply) => {
      reply.setEncoding('utf8').on('data', (text: string) => {
        bytes += text.length;
        const read = carried + text;
        rows += read.split('\n\n').length - 1;
        carried = read.endsWith('\n\n') ? '' : read.endsWith('\n') ? '\n' : '';
        if (rows < ROWS) return;
        resolve({ ms: performance.now() - began, bytes });
        asking.destroy();
      });
      reply.on('error', () => {});
    });
    asking.on('error', reject);
  });
}
