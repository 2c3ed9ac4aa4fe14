import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import {
  type ClientTls,
  type GrpcClient,
  GrpcError,
  GrpcStatus,
  grpcClient,
  type Method,
} from '@vibrissa/protocol/grpc';
import { TestAuthority, type TestCertificate, type TestNames } from '@vibrissa/protocol/testing';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config.js';
import { testServer, until } from '../test-server.js';
import { type GoldmaneListener, startGoldmane } from './grpc-server.js';

const WHO: Method = {
  kind: 'unary',
  handle: (_, { peer }) => Buffer.from([peer.address, ...peer.certificateNames].join(' ')),
};
const METHODS = new Map([['/goldmane.Test/Who', WHO]]);

let authority: TestAuthority;
let stranger: TestAuthority;
let folder: string;
const lines: Record<string, unknown>[] = [];
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  [authority, stranger] = await Promise.all([TestAuthority.create(), TestAuthority.create('stranger')]);
  folder = await mkdtemp(join(tmpdir(), 'vibrissa-goldmane-'));
});

afterAll(() => rm(folder, { recursive: true }));

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  lines.length = 0;
});

async function write(by: TestAuthority, ca = by.ca): Promise<void> {
  const { cert, key } = await by.issue({ commonName: 'goldmane', dns: ['localhost'], ips: ['127.0.0.1'] });
  await writeFile(join(folder, 'tls.crt'), cert);
  await writeFile(join(folder, 'tls.key'), key);
  await writeFile(join(folder, 'ca.crt'), ca);
}

async function start(env: Readonly<Record<string, string>> = {}): Promise<GoldmaneListener> {
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const config = readConfig({ VIBRISSA_GOLDMANE_PORT: '0', ...env });
  const listener = await startGoldmane({ config, methods: METHODS, log });
  if (listener === null) throw new Error('it is off');
  ends.push(() => listener.close());
  return listener;
}

async function startSecure(env: Readonly<Record<string, string>> = {}): Promise<GoldmaneListener> {
  await write(authority);
  return start({
    VIBRISSA_GOLDMANE_CERT: join(folder, 'tls.crt'),
    VIBRISSA_GOLDMANE_KEY: join(folder, 'tls.key'),
    VIBRISSA_GOLDMANE_CA: join(folder, 'ca.crt'),
    ...env,
  });
}

function client({ port }: GoldmaneListener, tls: ClientTls | null): GrpcClient {
  const made = grpcClient({ target: `127.0.0.1:${port}`, tls });
  ends.unshift(() => made.close());
  return made;
}

async function clientWith(
  listener: GoldmaneListener,
  names: TestNames | null,
  by = authority,
): Promise<GrpcClient> {
  const shown: Partial<TestCertificate> = names === null ? {} : await by.issue(names);
  return client(listener, { ca: authority.ca, ...shown });
}

async function who(asking: GrpcClient): Promise<string> {
  return Buffer.from(await asking.unary('/goldmane.Test/Who', new Uint8Array(0))).toString();
}

async function refusal(asking: GrpcClient): Promise<GrpcError> {
  const error: unknown = await who(asking).then(
    (name) => new Error(`it was let in as ${name}`),
    (error: unknown) => error,
  );
  if (error instanceof GrpcError) return error;
  throw error;
}

describe('Goldmane’s port', () => {
  it('is off unless it is asked for', async () => {
    const server = await testServer();
    expect(server.goldmane).toBeNull();
    await server.close();
  });

  it('runs with the server, and answers what it does not serve with UNIMPLEMENTED', async () => {
    const server = await testServer({ VIBRISSA_GOLDMANE_PORT: '0', VIBRISSA_DATA: 'off' });
    ends.push(() => server.close());
    if (server.goldmane === null) throw new Error('it is off');
    expect(await refusal(client(server.goldmane, null))).toMatchObject({ status: GrpcStatus.unimplemented });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('vibrissa_goldmane_port_calls_failed 1');
  });

  it('takes plaintext on this machine, and says so in the log', async () => {
    const listener = await start();
    expect(await who(client(listener, null))).toBe('127.0.0.1');
    expect(lines.map(({ msg }) => msg).join()).toContain('plaintext');
  });

  it('has room for as many connections as there may be agents', async () => {
    const listener = await start({ VIBRISSA_MAX_AGENTS: '1' });
    await who(client(listener, null));
    expect(await refusal(client(listener, null))).toMatchObject({ status: GrpcStatus.unavailable });
    expect(listener.stats().connectionsRefused).toBe(1);
  });
});

describe('certificates on Goldmane’s port', () => {
  it('let in those that the authority signed, by all their names', async () => {
    const listener = await startSecure();
    const felix = {
      commonName: 'calico-node',
      dns: ['node-1.example.net', 'calico-node'],
      uris: ['spiffe://x/felix'],
    };
    expect(await who(await clientWith(listener, felix))).toBe(
      '127.0.0.1 calico-node node-1.example.net spiffe://x/felix',
    );
  });

  it.each([
    ['no certificate', null, () => authority, 'peer did not return a certificate'],
    ['a certificate of another authority', { commonName: 'calico-node' }, () => stranger, 'verify'],
    ['an expired certificate', { commonName: 'calico-node', expired: true }, () => authority, 'expired'],
  ])('keep out one with %s, and the log says why', async (_, names, by, why) => {
    const listener = await startSecure();
    expect(await refusal(await clientWith(listener, names, by()))).toMatchObject({
      status: GrpcStatus.unavailable,
    });
    await until(() => listener.stats().tlsFailures === 1, 'the failure to be counted');
    expect(
      lines
        .map((line) => String(line.why))
        .join()
        .toLowerCase(),
    ).toContain(why);
    expect(listener.stats().connections).toBe(0);
  });

  it('keep out plaintext', async () => {
    const listener = await startSecure();
    expect(await refusal(client(listener, null))).toMatchObject({ status: GrpcStatus.unavailable });
  });

  it('do not keep the server from closing while a handshake has not come to its end', async () => {
    const listener = await startSecure();
    const socket = connect(listener.port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await listener.close();
    await closed;
  }, 9_000);

  it('keep out names that are not listed', async () => {
    const listener = await startSecure({ VIBRISSA_GOLDMANE_ALLOW: 'calico-node, whisker' });
    expect(await who(await clientWith(listener, { commonName: 'x', dns: ['calico-node'] }))).toContain(
      'calico-node',
    );
    expect(await refusal(await clientWith(listener, { commonName: 'intruder' }))).toMatchObject({
      status: GrpcStatus.permissionDenied,
      message: 'your certificate (intruder) is none of those in VIBRISSA_GOLDMANE_ALLOW',
    });
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'peer-refused', certificateNames: ['intruder'] }),
    );
  });

  it('are exchanged while connections stand: the old ones live on, new ones use the new', async () => {
    const listener = await startSecure();
    const old = await clientWith(listener, { commonName: 'old' });
    expect(await who(old)).toBe('127.0.0.1 old');

    await write(stranger);
    await listener.lookAtTls();
    expect(await who(old)).toBe('127.0.0.1 old');
    expect(listener.stats().connections).toBe(1);
    expect(await refusal(await clientWith(listener, { commonName: 'late' }))).toMatchObject({
      status: GrpcStatus.unavailable,
    });
    const fresh = client(listener, { ca: stranger.ca, ...(await stranger.issue({ commonName: 'fresh' })) });
    expect(await who(fresh)).toBe('127.0.0.1 fresh');
  });

  it('stay as they were when new files are of no use', async () => {
    const listener = await startSecure();
    await writeFile(join(folder, 'tls.key'), 'broken');
    await listener.lookAtTls();
    expect(await who(await clientWith(listener, { commonName: 'felix' }))).toBe('127.0.0.1 felix');
    expect(lines).toContainEqual(
      expect.objectContaining({ why: expect.stringContaining('tls.key'), level: 50 }),
    );
  });

  it('are not shown over TLS older than 1.2', async () => {
    const { port } = await startSecure();
    const error = await new Promise<Error>((resolve) => {
      const socket = connectTls({
        port,
        host: '127.0.0.1',
        ca: authority.ca,
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.on('error', resolve);
      socket.on('secureConnect', () => resolve(new Error('it was let in')));
    });
    expect(error.message).toContain('version');
  });
});

describe('settings of Goldmane’s port', () => {
  const files = {
    VIBRISSA_GOLDMANE_CERT: 'a',
    VIBRISSA_GOLDMANE_KEY: 'b',
    VIBRISSA_GOLDMANE_CA: 'c',
  };

  it.each([
    ['a port that is none', { VIBRISSA_GOLDMANE_PORT: 'on' }, 'VIBRISSA_GOLDMANE_PORT'],
    ['a certificate without key', { VIBRISSA_GOLDMANE_CERT: 'a' }, 'VIBRISSA_GOLDMANE_KEY'],
    ['no authority', { ...files, VIBRISSA_GOLDMANE_CA: '' }, 'VIBRISSA_GOLDMANE_CA'],
    ['names without certificates', { VIBRISSA_GOLDMANE_ALLOW: 'felix' }, 'VIBRISSA_GOLDMANE_CERT'],
    ['plaintext beyond this machine', { VIBRISSA_GOLDMANE_HOST: '0.0.0.0' }, 'VIBRISSA_GOLDMANE_HOST'],
  ])('refuse %s', (_, env, variable) => {
    expect(() => readConfig(env)).toThrow(variable);
  });

  it.each([
    ['certificates', files],
    ['the words that allow it', { VIBRISSA_ALLOW_PUBLIC: 'yes-without-authentication' }],
  ])('let it listen beyond this machine with %s', (_, env) => {
    expect(readConfig({ VIBRISSA_GOLDMANE_HOST: '0.0.0.0', ...env }).goldmaneHost).toBe('0.0.0.0');
  });
});
