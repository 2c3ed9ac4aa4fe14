import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Report } from './figure.js';
import type { Options } from './options.js';
import { adopt, end } from './processes.js';
import { costOf, ServerProcess } from './server-process.js';

const WARM_UP_MS = 4_000;
const MEASURED_MS = 8_000;

/** What the relay's process says once it listens. */
interface Relay {
  readonly address: string;
  readonly meanBytes: number;
}

/** Flows of a Hubble relay per CPU-second of the server that follows it: transport, reading, mapping, storing. */
export async function measureHubble(report: Report, { profileTo }: Options): Promise<void> {
  const child = adopt(fork(fileURLToPath(new URL('./load/fake-relay.js', import.meta.url))));
  const [relay]: Relay[] = await once(child, 'message');
  if (relay === undefined) throw new Error('the relay does not say where it is');
  const server = await ServerProcess.start({ profileTo, env: { VIBRISSA_HUBBLE: relay.address } });
  await sleep(WARM_UP_MS);
  const { records, cpuSeconds, load, after } = await costOf(server, () => sleep(MEASURED_MS));
  await server.stop();
  await end(child);
  report({ name: 'hubble, mean length of a message', value: relay.meanBytes, unit: 'B' });
  report({ name: 'hubble, load of the server', value: load * 100, unit: '% of a core' });
  report({ name: 'hubble, memory of the server', value: after.rssMb, unit: 'MB' });
  report({
    name: 'hubble, flows followed from a relay',
    value: records / cpuSeconds,
    unit: 'flows/CPU-s',
    target: { atLeast: 30_000 },
  });
}
