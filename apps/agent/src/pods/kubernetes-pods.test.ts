import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { millis } from '@vibrissa/model';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../testing/until.js';
import { followKubernetes } from './kubernetes-pods.js';
import { WhoHas } from './who-has.js';

function pod(
  name: string,
  ip: string,
  more: {
    node?: string;
    version?: string;
    hostNetwork?: boolean;
    phase?: string;
    generateName?: string;
  } = {},
) {
  const { node = 'n1', version = '1', hostNetwork = false, phase = 'Running', generateName } = more;
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      resourceVersion: version,
      generateName,
      labels: { app: name },
    },
    spec: { nodeName: node, hostNetwork },
    status: { phase, podIP: ip, podIPs: [{ ip }], hostIP: node === 'n1' ? '192.168.0.1' : '192.168.0.2' },
  };
}

const service = {
  metadata: { name: 'cart', namespace: 'shop', resourceVersion: '1' },
  spec: {
    clusterIP: '10.96.0.7',
    clusterIPs: ['10.96.0.7'],
    ports: [{ name: 'grpc', port: 7070, protocol: 'TCP' }],
  },
};
const headless = {
  metadata: { name: 'db', namespace: 'shop', resourceVersion: '1' },
  spec: { clusterIP: 'None', clusterIPs: ['None'], ports: [{ port: 5432 }] },
};

/** An API server that has these pods, and lets a test say more. */
async function cluster(pods: readonly object[], mayListAll = true) {
  const watches: ServerResponse[] = [];
  const selectors: (string | null)[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    const isPods = pathname === '/api/v1/pods';
    const selector = searchParams.get('fieldSelector');
    if (!mayListAll && selector === null) {
      response.writeHead(403).end('{"message":"forbidden"}');
    } else if (searchParams.has('watch')) {
      response.writeHead(200).flushHeaders();
      if (isPods) watches.push(response);
    } else {
      if (isPods) selectors.push(selector);
      const items = isPods ? pods : [service, headless];
      response.writeHead(200).end(JSON.stringify({ metadata: { resourceVersion: '1' }, items }));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is never a path.
  const { port } = server.address() as AddressInfo;
  const stop = new AbortController();
  onTestFinished(() => {
    stop.abort();
    server.close();
    server.closeAllConnections();
  });
  let now = 1_000;
  const logged: string[] = [];
  const book = followKubernetes(
    {
      access: {
        server: `http://127.0.0.1:${port}`,
        ca: null,
        clientCert: null,
        clientKey: null,
        token: async () => 't',
      },
      node: 'n1',
      clock: { now: () => millis(now) },
      random: () => 0,
      log: pino({ level: 'debug' }, { write: (line: string) => logged.push(line) }),
    },
    stop.signal,
  );
  const who = new WhoHas([book], 'cali');
  return {
    logged,
    selectors,
    who,
    named: (ip: string, at = now) => who.find(ip, millis(at))?.endpoint.name,
    at: (time: number) => {
      now = time;
    },
    say: async (type: string, object: object) => {
      await until(() => watches.length > 0);
      watches[0]?.write(`${JSON.stringify({ type, object })}\n`);
    },
  };
}

describe('pods of the Kubernetes API', () => {
  it('are known by address, with the nodes they run on and their services', async () => {
    const all = await cluster([
      pod('cart-7d9f5c8b6d-abcde', '10.0.0.1', { generateName: 'cart-7d9f5c8b6d-' }),
      pod('far', '10.0.1.1', { node: 'n2' }),
      pod('agent', '192.168.0.1', { hostNetwork: true }),
      pod('job', '10.0.0.9', { phase: 'Succeeded' }),
    ]);
    await until(() => all.named('10.0.1.1') === 'far' && all.who.service('10.96.0.7', 'tcp', 7070) !== null);
    expect(all.who.find('10.0.0.1', millis(1))).toEqual({
      endpoint: { kind: 'workload', namespace: 'shop', name: 'cart-7d9f5c8b6d-*', address: '' },
      labels: ['app=cart-7d9f5c8b6d-abcde'],
      isLocal: true,
    });
    expect(all.who.find('10.0.1.1', millis(1))?.isLocal).toBe(false);
    expect(all.who.find('192.168.0.1', millis(1))?.endpoint).toMatchObject({ kind: 'host', name: 'n1' });
    expect(all.who.find('192.168.0.2', millis(1))?.endpoint.name).toBe('n2');
    expect(all.named('10.0.0.9')).toBeUndefined();
    expect(all.who.service('10.96.0.7', 'tcp', 7070)).toEqual({
      namespace: 'shop',
      name: 'cart',
      portName: 'grpc',
      port: 7070,
    });
    expect(all.selectors).toEqual([null]);
  });

  it('change hands, and old connections keep who they were with', async () => {
    const all = await cluster([pod('old', '10.0.0.1')]);
    await until(() => all.named('10.0.0.1') === 'old');
    all.at(5_000);
    await all.say('DELETED', pod('old', '10.0.0.1', { version: '2' }));
    await until(() => all.named('10.0.0.1') === undefined);
    all.at(6_000);
    await all.say('ADDED', pod('new', '10.0.0.1', { version: '3' }));
    await until(() => all.named('10.0.0.1') === 'new');
    expect(all.named('10.0.0.1', 4_999)).toBe('old');
  });

  it('of this node alone are followed where rights are for no more, which is said', async () => {
    const all = await cluster([pod('near', '10.0.0.1')], false);
    await until(() => all.named('10.0.0.1') === 'near');
    expect(all.selectors).toEqual(['spec.nodeName=n1']);
    expect(all.logged.join('')).toContain('only the pods of this node');
    expect(all.logged.join('')).toContain('services are not known by name');
  });
});

describe('an address that no book knows', () => {
  const who = new WhoHas([], 'cali');

  it('is a network, told apart by its address where it is called', () => {
    expect(who.source('8.8.8.8', millis(1)).endpoint).toEqual({
      kind: 'network',
      namespace: '',
      name: 'pub',
      address: '',
    });
    expect(who.dest('8.8.8.8', millis(1)).endpoint.address).toBe('8.8.8.8');
    expect(who.dest('172.20.0.1', millis(1)).endpoint).toMatchObject({ name: 'pvt', address: '172.20.0.1' });
    expect(
      ['fd00::1', 'fe80::1', '127.0.0.1', '100.64.0.1'].map((ip) => who.source(ip, millis(1)).endpoint.name),
    ).toEqual(['pvt', 'pvt', 'pvt', 'pvt']);
    expect(
      ['2001:db8::1', '100.128.0.1', '172.32.0.1'].map((ip) => who.source(ip, millis(1)).endpoint.name),
    ).toEqual(['pub', 'pub', 'pub']);
  });
});
