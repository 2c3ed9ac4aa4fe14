import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frame, grpcClient } from '@vibrissa/protocol/grpc';
import type { ApiGroup, FlowsReply } from '@vibrissa/protocol/messages';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { freePort, ServerProcess } from '../test-process.js';
import { until } from '../test-server.js';
import { updateBytes } from './test-updates.js';

/** Ports, each of which is reported for two intervals. */
const PORTS = 400;
const INTERVAL_S = 15;
const BYTES = 1_000;
const KILLS = 2;

const folder = mkdtempSync(join(tmpdir(), 'vibrissa-collector-'));
let server: ServerProcess | null = null;

afterEach(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends as Felix does: one update, then its receipt; after a break first all it has sent so far, one by one. */
class LockStepFelix {
  readonly #target: string;
  readonly #updates: readonly Uint8Array[];
  /** Updates sent so far: the first so many. */
  #sent = 0;
  /** Updates acknowledged so far. */
  acknowledged = 0;
  resent = 0;

  constructor(target: string, updates: readonly Uint8Array[]) {
    this.#target = target;
    this.#updates = updates;
  }

  /** Goes on until everything is acknowledged or the connection breaks. */
  async run(): Promise<void> {
    const client = grpcClient({ target: this.#target, tls: null });
    const stream = client.stream('/goldmane.FlowCollector/Connect');
    try {
      const cached = this.#sent;
      let at = 0;
      const next = () => {
        const update = this.#updates[at];
        if (update === undefined) return stream.end();
        if (at < cached) this.resent++;
        this.#sent = Math.max(this.#sent, at + 1);
        stream.write(frame(update));
      };
      next();
      for await (const receipts of stream.batches) {
        expect(receipts).toHaveLength(1);
        at++;
        this.acknowledged = Math.max(this.acknowledged, at);
        next();
      }
    } catch {
      // The server was killed: the next run sends again.
    } finally {
      client.close();
    }
  }
}

/** Bytes by port, as the page would show them. */
async function shown(url: string): Promise<Map<number, number | null>> {
  const counts = new Map<number, number | null>();
  let cursor = '';
  do {
    const reply = await fetch(`${url}/api/v1/flows?groupBy=connection&limit=500${cursor}`);
    const { flows, next } = (await reply.json()) as FlowsReply<ApiGroup>;
    for (const { port, bytesReceived } of flows) counts.set(port, bytesReceived);
    cursor = next === null ? '' : `&cursor=${next}`;
  } while (cursor !== '');
  return counts;
}

describe('a server killed again and again while Felix sends', () => {
  it('shows everything it gave a receipt for, and nothing twice', async () => {
    const [port, goldmanePort] = [await freePort(), await freePort()];
    const start = async () => {
      server = await ServerProcess.start(port, {
        VIBRISSA_DATA: folder,
        VIBRISSA_GOLDMANE_PORT: String(goldmanePort),
      });
      return server.url;
    };
    const first = Math.floor(systemClock.now() / 1000) - 2 * INTERVAL_S;
    const updates = Array.from({ length: 2 * PORTS }, (_, at) =>
      updateBytes({ start: first + (at < PORTS ? 0 : INTERVAL_S), port: 1 + (at % PORTS), bytesIn: BYTES }),
    );
    const felix = new LockStepFelix(`127.0.0.1:${goldmanePort}`, updates);
    const [moments = []] = fc.sample(fc.array(fc.nat(250), { minLength: KILLS, maxLength: KILLS }), 1);

    let url = await start();
    for (const [kill, moment] of moments.entries()) {
      const running = felix.run();
      const goal = 50 + moment + kill * 350;
      await until(() => felix.acknowledged >= goal, 'the moment to kill', 60_000);
      await server?.kill();
      await running;

      url = await start();
      const counts = await shown(url);
      for (let at = 0; at < PORTS; at++) {
        const acknowledged = [at, PORTS + at].filter((update) => update < felix.acknowledged).length;
        const got = (counts.get(1 + at) ?? 0) / BYTES;
        // The one without a receipt may have been taken.
        const isOpen = at === felix.acknowledged % PORTS;
        expect(isOpen ? [acknowledged, acknowledged + 1] : [acknowledged]).toContain(got);
      }
    }

    await felix.run();
    expect(felix.acknowledged).toBe(2 * PORTS);
    expect(felix.resent).toBeGreaterThan(0);
    const counts = await shown(url);
    expect(counts.size).toBe(PORTS);
    expect(new Set(counts.values())).toEqual(new Set([2 * BYTES]));
  }, 180_000);
});
