import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestAuthority } from '@vibrissa/protocol/testing';
import { percentile, type Report, type Target } from './figure.js';
import { GoldmaneConnection, type LoadTls } from './load/goldmane-connection.js';
import { GoldmaneSender } from './load/goldmane-senders.js';
import { GoldmaneUpdates } from './load/goldmane-updates.js';
import type { Options } from './options.js';
import { costOf, ServerProcess } from './server-process.js';

const WARM_UP_MS = 1_500;
const MEASURED_MS = 4_000;
const PACED_PER_SECOND = 2_000;
const WINDOW = 512;

interface Load {
  readonly name: string;
  readonly connections: number;
  readonly flows: number;
  readonly target?: Target;
}

/** Goldmane's port: records per CPU-second of the server, and how long Felix waits for a receipt. */
export async function measureGoldmane(report: Report, { profileTo }: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vibrissa-bench-tls-'));
  try {
    const tls = await certificates(folder);
    for (const one of [null, tls]) await measure(report, profileTo, one, {});
    await measure(report, profileTo, null, { VIBRISSA_DATA: 'off' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Tls {
  readonly client: LoadTls;
  readonly env: Readonly<Record<string, string>>;
}

async function measure(
  report: Report,
  profileTo: string,
  tls: Tls | null,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const how = `${tls === null ? '' : ', TLS'}${env.VIBRISSA_DATA === 'off' ? ', no journal' : ''}`;
  const run = async (
    { name, connections, flows, target }: Load,
    send: (sender: GoldmaneSender, until: number, index: number) => Promise<number[] | undefined>,
  ) => {
    const port = await freePort();
    const server = await ServerProcess.start({
      profileTo,
      env: { VIBRISSA_GOLDMANE_PORT: String(port), ...tls?.env, ...env },
    });
    const senders = await openSenders(port, tls?.client ?? null, connections, flows);
    const sendFor = async (ms: number) => {
      const until = performance.now() + ms;
      return (await Promise.all(senders.map((sender, at) => send(sender, until, at)))).flatMap(
        (times) => times ?? [],
      );
    };
    await sendFor(WARM_UP_MS);
    let times: number[] = [];
    const { records, cpuSeconds, load, after } = await costOf(server, async () => {
      times = await sendFor(MEASURED_MS);
    });
    if (times.length > 0) {
      report({ name: `${name}${how}, receipt p50`, value: percentile(times, 0.5), unit: 'ms' });
      report({
        name: `${name}${how}, receipt p99`,
        value: percentile(times, 0.99),
        unit: 'ms',
        ...(target === undefined ? {} : { target }),
      });
      report({ name: `${name}${how}, load of a core`, value: load * 100, unit: '%' });
    } else {
      const value = records / cpuSeconds;
      report({
        name: `${name}${how}`,
        value,
        unit: 'records/CPU-s',
        ...(target === undefined ? {} : { target }),
      });
      report({ name: `${name}${how}, memory`, value: after.rssMb, unit: 'MB' });
    }
    await check(server, senders);
    await server.stop();
  };

  const lockStep = (sender: GoldmaneSender, until: number) => sender.lockStep(until).then(() => undefined);
  const target = tls === null ? { target: { atLeast: 22_000 } } : {};
  await run(
    { name: 'goldmane, lock-step, 50 connections', connections: 50, flows: 5_000, ...target },
    lockStep,
  );
  for (const connections of [1, 250, 1_000]) {
    const everyMs = (connections * 1000) / PACED_PER_SECOND;
    await run(
      {
        name: `goldmane, ${PACED_PER_SECOND.toLocaleString('en-US')}/s over ${connections} connections`,
        connections,
        flows: 5_000,
        ...(connections === 250 ? { target: { atMost: 5 } } : {}),
      },
      (sender, until, at) => sender.paced(until, everyMs, (at * everyMs) / connections),
    );
  }
  const pipelined = (sender: GoldmaneSender, until: number) =>
    sender.pipelined(until, WINDOW).then(() => undefined);
  await run(
    {
      name: 'goldmane, pipelined, 4 connections, 100,000 keys',
      connections: 4,
      flows: 100_000,
      ...(tls === null ? { target: { atLeast: 250_000 } } : {}),
    },
    pipelined,
  );
}

async function openSenders(
  port: number,
  tls: LoadTls | null,
  connections: number,
  flows: number,
): Promise<GoldmaneSender[]> {
  const share = Math.floor(flows / connections);
  const senders: GoldmaneSender[] = [];
  for (let at = 0; at < connections; at++) {
    const updates = new GoldmaneUpdates(at * share, share);
    senders.push(new GoldmaneSender(await GoldmaneConnection.open(port, tls), updates));
  }
  return senders;
}

/** The server must hold exactly what was sent. */
async function check(server: ServerProcess, senders: readonly GoldmaneSender[]): Promise<void> {
  await Promise.all(senders.map((sender) => sender.finish()));
  const sent = senders.reduce((sum, sender) => sum + sender.sent, 0);
  const moved = senders.reduce((sum, sender) => sum + sender.bytesMoved, 0);
  const { accepted } = await server.sample();
  const reply = await fetch(`${server.url}/api/v1/flows?groupBy=namespace&limit=10000`);
  const { flows }: { flows: { bytesSent: number; bytesReceived: number }[] } = await reply.json();
  const held = flows.reduce((sum, flow) => sum + flow.bytesSent + flow.bytesReceived, 0);
  if (accepted !== sent) throw new Error(`the server took ${accepted} of ${sent} updates`);
  if (held !== moved) throw new Error(`the server holds ${held} bytes of ${moved} that were moved`);
}

async function certificates(folder: string): Promise<Tls> {
  const authority = await TestAuthority.create();
  const server = await authority.issue({ commonName: 'goldmane', ips: ['127.0.0.1'] });
  const client = await authority.issue({ commonName: 'bench' });
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  return {
    client: { ca: authority.ca, cert: client.cert, key: client.key },
    env: {
      VIBRISSA_GOLDMANE_CERT: file('tls.crt', server.cert),
      VIBRISSA_GOLDMANE_KEY: file('tls.key', server.key),
      VIBRISSA_GOLDMANE_CA: file('ca.crt', authority.ca),
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
