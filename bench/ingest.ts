import { gzipSync } from 'node:zlib';
import type { Report } from './figure.js';
import { streamFor } from './load/agent-connection.js';
import { Cluster, MEDIUM } from './load/cluster.js';
import { type Body, postFor } from './load/http-sender.js';
import { batches, type Format } from './load/lines.js';
import type { Options } from './options.js';
import { costOf, ServerProcess } from './server-process.js';

const FLOWS = 5_000;
const CONNECTIONS = 4;
/** Code is compiled and caches are filled in the first seconds. */
const WARM_UP_MS = 1_500;
const MEASURED_MS = 4_000;
const TARGET = { atLeast: 70_000 };

/** Records per CPU-second of the server: validated, interned, aggregated and ready for browsers. */
export async function measureIngest(report: Report, { profileTo }: Options): Promise<void> {
  const cluster = new Cluster(MEDIUM);
  const server = await ServerProcess.start({ profileTo });

  async function run(name: string, send: (milliseconds: number) => Promise<void>): Promise<void> {
    await send(WARM_UP_MS);
    const { records, cpuSeconds } = await costOf(server, () => send(MEASURED_MS));
    report({ name, value: records / cpuSeconds, unit: 'records/CPU-s', target: TARGET });
  }

  const post = (size: number, format: Format, gzipped: boolean) => {
    const bodies = batches(cluster, FLOWS, size, format).map((text) => bodyOf(text, gzipped));
    return run(`ingest, POST, ${size} ${TITLES[format]} a request${gzipped ? ', gzip' : ''}`, (ms) =>
      postFor(server.url, bodies, CONNECTIONS, ms),
    );
  };
  const stream = (size: number, format: Format) => {
    const texts = batches(cluster, FLOWS, size, format);
    return run(`ingest, WebSocket, ${size} ${TITLES[format]} a batch`, (ms) =>
      streamFor(server.socketUrl('/api/v1/agent'), texts, CONNECTIONS, ms),
    );
  };

  const sample = batches(cluster, FLOWS, FLOWS, 'ours')[0]?.length ?? 0;
  report({ name: 'ingest, mean length of a record', value: sample / FLOWS, unit: 'B' });
  report({
    name: 'ingest, for comparison: JSON.parse alone of the same records, here and now',
    value: parsesPerSecond(batches(cluster, FLOWS, 1, 'ours')),
    unit: 'records/CPU-s',
  });
  await post(100, 'ours', false);
  await post(1_000, 'ours', false);
  await post(100, 'ours', true);
  await post(1_000, 'ours', true);
  await stream(500, 'ours');
  await post(1_000, 'calico', false);
  await stream(500, 'calico');
  await server.stop();
}

const TITLES: Readonly<Record<Format, string>> = { ours: 'records', calico: 'Calico flow logs' };

function bodyOf(text: string, gzipped: boolean): Body {
  const bytes = Buffer.from(text);
  return { bytes: gzipped ? gzipSync(bytes) : bytes, gzipped };
}

/** What the machine gives at this moment: it differs between machines, and when other programs share the cores. */
function parsesPerSecond(lines: readonly string[]): number {
  const rounds = 20;
  for (const line of lines) JSON.parse(line);
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) for (const line of lines) JSON.parse(line);
  const { user, system } = process.cpuUsage(before);
  return (lines.length * rounds) / ((user + system) / 1e6);
}
