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
import { type Cost, costOf, ServerProcess } from './server-process.js';

const WARM_UP_MS = 1_000;
const MEASURED_MS = 3_000;
const PACED_PER_SECOND = 2_000;
const WINDOW = 512;

/** How the port is set up. */
interface Setup {
  readonly name: string;
  readonly tls: LoadTls | null;
  readonly env: Readonly<Record<string, string>>;
}

interface Load {
  readonly connections: number;
  readonly flows: number;
  /** Sends until the time; gives how long receipts took, ms, where that is measured. */
  readonly send: (sender: GoldmaneSender, until: number, index: number) => Promise<readonly number[]>;
}

/** Goldmane's port: records per CPU-second of the server. */
export async function measureGoldmane(report: Report, { profileTo }: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vibrissa-bench-tls-'));
  const plain: Setup = { name: '', tls: null, env: {} };
  const secure: Setup = { name: ', TLS', ...(await certificates(folder)) };
  const volatile: Setup = { name: ', no journal', tls: null, env: { VIBRISSA_DATA: 'off' } };
  const throughput = async (name: string, setup: Setup, load: Load, target: Target) => {
    const { records, cpuSeconds, after } = await measure(setup, load, profileTo);
    report({
      name: `goldmane, ${name}${setup.name}`,
      value: records / cpuSeconds,
      unit: 'records/CPU-s',
      target,
    });
    report({ name: `goldmane, ${name}${setup.name}, memory`, value: after.rssMb, unit: 'MB' });
  };
  try {
    for (const setup of [plain, secure, volatile]) {
      await throughput('lock-step, 50 connections', setup, LOCK_STEP, { atLeast: 22_000 });
      await throughput('pipelined, 100,000 keys', setup, PIPELINED, { atLeast: 250_000 });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How long Felix waits for a receipt. */
export async function measureReceipts(report: Report, { profileTo }: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vibrissa-bench-tls-'));
  const plain: Setup = { name: '', tls: null, env: {} };
  const latency = async (connections: number, setup: Setup, target?: Target) => {
    const { times, load } = await measure(setup, paced(connections), profileTo);
    const name = `goldmane, ${PACED_PER_SECOND}/s over ${connections} connections${setup.name}`;
    report({ name: `${name}, receipt p50`, value: percentile(times, 0.5), unit: 'ms' });
    const p99 = { name: `${name}, receipt p99`, value: percentile(times, 0.99), unit: 'ms' };
    report(target === undefined ? p99 : { ...p99, target });
    report({ name: `${name}, load of a core`, value: load * 100, unit: '%' });
  };
  try {
    for (const connections of [1, 250, 1_000]) {
      await latency(connections, plain, connections === 250 ? { atMost: 5 } : undefined);
    }
    await latency(250, { name: ', TLS', ...(await certificates(folder)) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const LOCK_STEP: Load = {
  connections: 50,
  flows: 5_000,
  async send(sender, until) {
    await sender.lockStep(until);
    return [];
  },
};

const PIPELINED: Load = {
  connections: 4,
  flows: 100_000,
  async send(sender, until) {
    await sender.pipelined(until, WINDOW);
    return [];
  },
};

function paced(connections: number): Load {
  const everyMs = (connections * 1000) / PACED_PER_SECOND;
  return {
    connections,
    flows: 5_000,
    send: (sender, until, index) => sender.paced(until, everyMs, (index * everyMs) / connections),
  };
}

async function measure(
  { tls, env }: Setup,
  { connections, flows, send }: Load,
  profileTo: string,
): Promise<Cost & { readonly times: readonly number[] }> {
  const port = await freePort();
  const server = await ServerProcess.start({
    profileTo,
    env: { VIBRISSA_GOLDMANE_PORT: String(port), ...env },
  });
  const senders = await openSenders(port, tls, connections, flows);
  const sendFor = async (ms: number) => {
    const until = performance.now() + ms;
    const times = await Promise.all(senders.map((sender, at) => send(sender, until, at)));
    return times.flat();
  };
  // Every key has been seen once: it is what comes again and again that is measured.
  await Promise.all(senders.map((sender) => sender.complete()));
  await sendFor(WARM_UP_MS);
  let times: readonly number[] = [];
  const cost = await costOf(server, async () => {
    times = await sendFor(MEASURED_MS);
  });
  await check(server, senders);
  await server.stop();
  return { ...cost, times };
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
  await Promise.all(senders.map((sender) => sender.complete()));
  const sent = senders.reduce((sum, sender) => sum + sender.sent, 0);
  const moved = senders.reduce((sum, sender) => sum + sender.bytesMoved, 0);
  const { accepted } = await server.sample();
  const held = await bytesHeld(server.url);
  await Promise.all(senders.map((sender) => sender.close()));
  if (accepted !== sent) throw new Error(`the server took ${accepted} of ${sent} updates`);
  if (held !== moved) throw new Error(`the server holds ${held} bytes of ${moved} that were moved`);
}

interface Page {
  readonly flows: readonly { readonly bytesSent: number; readonly bytesReceived: number }[];
  readonly next: string | null;
}

async function bytesHeld(url: string): Promise<number> {
  let held = 0;
  let cursor = '';
  do {
    const reply = await fetch(`${url}/api/v1/flows?groupBy=namespace&limit=500${cursor}`);
    const page: Page = await reply.json();
    for (const flow of page.flows) held += flow.bytesSent + flow.bytesReceived;
    cursor = page.next === null ? '' : `&cursor=${page.next}`;
  } while (cursor !== '');
  return held;
}

async function certificates(folder: string): Promise<Pick<Setup, 'env'> & { readonly tls: LoadTls }> {
  const authority = await TestAuthority.create();
  const server = await authority.issue({ commonName: 'goldmane', ips: ['127.0.0.1'] });
  const client = await authority.issue({ commonName: 'bench' });
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  return {
    tls: { ca: authority.ca, cert: client.cert, key: client.key },
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
