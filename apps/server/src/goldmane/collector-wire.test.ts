import { fileURLToPath } from 'node:url';
import { type ClientStream, frame, type GrpcClient, grpcClient } from '@vibrissa/protocol/grpc';
import type { FlowsReply } from '@vibrissa/protocol/messages';
import { bufCurl } from '@vibrissa/protocol/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import type { RunningServer } from '../server.js';
import { testServer, until } from '../test-server.js';
import { updateBytes } from './test-updates.js';

const SCHEMA = fileURLToPath(new URL('../../../../packages/protocol/proto', import.meta.url));
const PATH = '/goldmane.FlowCollector/Connect';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const server = await testServer({ VIBRISSA_GOLDMANE_PORT: '0', VIBRISSA_DATA: 'off', ...env });
  ends.push(() => server.close());
  return server;
}

function target({ goldmane }: RunningServer): string {
  if (goldmane === null) throw new Error('Goldmane’s port is off');
  return `127.0.0.1:${goldmane.port}`;
}

function connect(server: RunningServer): TestFelix {
  const client = grpcClient({ target: target(server), tls: null });
  ends.unshift(() => client.close());
  return new TestFelix(client);
}

/** A stream of updates, and how many receipts came. */
class TestFelix {
  readonly #stream: ClientStream;
  receipts = 0;
  ended: unknown = null;

  constructor(client: GrpcClient) {
    this.#stream = client.stream(PATH);
    void this.#count();
  }

  write(...messages: Uint8Array[]): void {
    this.raw(Buffer.concat(messages.map(frame)));
  }

  raw(bytes: Uint8Array): void {
    this.#stream.write(bytes);
  }

  end(): void {
    this.#stream.end();
  }

  async #count(): Promise<void> {
    try {
      for await (const batch of this.#stream.batches) this.receipts += batch.length;
      this.ended = 'well';
    } catch (error) {
      this.ended = error;
    }
  }
}

async function flows({ url }: RunningServer): Promise<FlowsReply['flows']> {
  const reply = await fetch(`${url}/api/v1/flows?groupBy=connection`);
  return ((await reply.json()) as FlowsReply).flows;
}

const now = () => Math.floor(systemClock.now() / 1000);

describe('Connect, over the wire', () => {
  it('answers buf’s client, which is not ours', async () => {
    const server = await start();
    const flow = {
      Key: {
        sourceName: 'web-*',
        sourceNamespace: 'shop',
        sourceType: 'WorkloadEndpoint',
        destName: 'pub',
        destNamespace: '-',
        destType: 'Network',
        destPort: '443',
        proto: 'tcp',
        reporter: 'Src',
        action: 'Deny',
        policies: {
          enforcedPolicies: [
            {
              kind: 'EndOfTier',
              tier: 'default',
              action: 'Deny',
              ruleIndex: '-1',
              trigger: { kind: 'NetworkPolicy', namespace: 'shop', name: 'locked', tier: 'default' },
            },
          ],
        },
      },
      startTime: String(now()),
      endTime: String(now()),
      bytesOut: '700',
      numConnectionsStarted: '2',
    };
    const url = `http://${target(server)}${PATH}`;
    const updates = [{ flow }, { flow }, {}, { flow: {} }];
    const { messages, error } = await bufCurl({ schema: SCHEMA, url, messages: updates });
    expect(error).toBeNull();
    expect(messages).toEqual([{}, {}, {}, {}]);
    expect(await flows(server)).toMatchObject([
      {
        source: { name: 'web-*' },
        dest: { name: 'pub' },
        verdict: 'deny',
        bytesSent: 700,
        connectionsStarted: 2,
      },
    ]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('vibrissa_updates_refused_total 2');
    expect(metrics).toContain('vibrissa_updates_duplicate 1');
  }, 30_000);

  it('answers a client that waits for each receipt', async () => {
    const server = await start();
    const felix = connect(server);
    for (let sent = 1; sent <= 50; sent++) {
      felix.write(updateBytes({ start: now(), port: sent }));
      await until(() => felix.receipts === sent, 'the receipt');
    }
    felix.end();
    await until(() => felix.ended === 'well', 'the end');
    expect(await flows(server)).toHaveLength(50);
    expect(server.context.agents.list()).toMatchObject([{ name: '127.0.0.1', kind: 'felix' }]);
  });

  it('answers as many updates as come, however they are cut', async () => {
    const server = await start();
    const felix = connect(server);
    const bytes = Buffer.concat(
      Array.from({ length: 40 }, (_, at) => frame(updateBytes({ start: now(), port: 1 + (at % 30) }))),
    );
    for (let at = 0; at < bytes.byteLength; at += 97) felix.raw(bytes.subarray(at, at + 97));
    await until(() => felix.receipts === 40, 'every receipt');
    felix.end();
    await until(() => felix.ended !== null, 'the end');
    expect(felix.receipts).toBe(40);
    expect(await flows(server)).toHaveLength(30);
  });

  it('leaves neighbours alone when one sends garbage', async () => {
    const server = await start();
    const good = connect(server);
    const bad = connect(server);
    const worse = connect(server);
    good.write(updateBytes({ start: now(), port: 1 }));
    bad.write(
      new Uint8Array([255, 255, 255]),
      updateBytes({ start: now(), port: 2 }),
      new Uint8Array(5_000).fill(11),
    );
    // A length past every limit: this call ends, and no other.
    worse.raw(new Uint8Array([0, 255, 255, 255, 255, 1, 2, 3]));
    await until(() => bad.receipts === 3 && worse.ended !== null, 'receipts and the end of the worst');
    good.write(updateBytes({ start: now(), port: 3 }));
    await until(() => good.receipts === 2, 'the neighbour’s receipts');
    expect([good.ended, bad.ended]).toEqual([null, null]);
    expect((await flows(server)).map(({ port }) => port).sort()).toEqual([1, 2, 3]);
    expect(server.context.accept.refused).toBe(2);
  });

  it('ends the demo at the first flow, and not at garbage', async () => {
    const server = await start({ VIBRISSA_DEMO: 'auto' });
    await server.ready;
    const felix = connect(server);
    felix.write(new Uint8Array([255]));
    await until(() => felix.receipts === 1, 'the receipt');
    expect(server.context.demo.scenario).not.toBeNull();
    felix.write(updateBytes({ start: now(), port: 7 }));
    await until(() => felix.receipts === 2, 'the receipt');
    expect(server.context.demo.scenario).toBeNull();
    expect(await flows(server)).toMatchObject([{ port: 7 }]);
  }, 30_000);
});
