import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AgentProcess } from './agent-process.js';
import type { Report } from './figure.js';
import type { Options } from './options.js';
import { ServerProcess } from './server-process.js';

const FAKE = fileURLToPath(new URL('load/fake-conntrack.js', import.meta.url));
const CONNECTIONS = 1_000;
/** The kernel keeps closed TCP connections for two minutes. */
const OLD = 110_000;
const WARM_UP_MS = 12_000;
const MEASURED_MS = 30_000;

/** What the agent costs a node that opens a thousand connections a second. */
export async function measureConntrack(report: Report, { profileTo }: Options): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vibrissa-bench-'));
  const server = await ServerProcess.start({ profileTo: '' });
  try {
    const command = join(folder, 'conntrack');
    await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${FAKE}' "$@"\n`);
    await chmod(command, 0o755);
    const endpoints = join(folder, 'endpoints');
    await writeFile(endpoints, endpointsText());
    const agent = await AgentProcess.start(
      [
        `--server=${server.socketUrl('/api/v1/agent')}`,
        '--source=conntrack',
        `--conntrack-command=${command}`,
        `--endpoints=${endpoints}`,
        `--spool=${join(folder, 'spool')}`,
        '--kubernetes=off',
      ],
      { BEGUN: String(Date.now()), CONNECTIONS: String(CONNECTIONS), OLD: String(OLD) },
      profileTo,
    );
    await sleep(WARM_UP_MS);
    const before = await agent.sample();
    const begun = performance.now();
    await sleep(MEASURED_MS);
    const after = await agent.sample();
    const seconds = (performance.now() - begun) / 1000;
    await agent.stop();
    const name = `conntrack, ${CONNECTIONS.toLocaleString('en-US')} new connections/s, ${OLD.toLocaleString('en-US')} closed ones`;
    const load = (100 * (after.cpuSeconds - before.cpuSeconds)) / seconds;
    report({ name: `${name}: agent`, value: load, unit: '% of a core', target: { atMost: 5 } });
    report({ name: 'conntrack, agent, resident', value: after.rssMb, unit: 'MB' });
    report({
      name: 'conntrack, agent, resident at most',
      value: after.peakMb,
      unit: 'MB',
      target: { atMost: 120 },
    });
    report({
      name: 'conntrack, records sent',
      value: (after.accepted - before.accepted) / seconds,
      unit: 'records/s',
    });
    report({ name: 'conntrack, lines refused', value: after.refused, unit: 'lines', target: { atMost: 0 } });
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Fifty clients, forty servers, twenty services. */
function endpointsText(): string {
  const lines: string[] = [];
  for (let pod = 0; pod < 50; pod++)
    for (const part of [0, 1])
      lines.push(`shop/client-${pod}-* 10.65.${part}.${2 + pod} cali${part}${pod} app=client-${pod}`);
  for (let pod = 0; pod < 40; pod++)
    lines.push(`shop/server-${pod >> 1}-* 10.65.4.${2 + pod} app=server-${pod >> 1}`);
  for (let service = 0; service < 20; service++)
    lines.push(`service shop/s${service} 10.96.0.${1 + service} 80:http`);
  return `${lines.join('\n')}\n`;
}
