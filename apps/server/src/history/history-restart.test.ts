import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowsReply, Health } from '@vibrissa/protocol/messages';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../ingest/test-journal.js';
import type { RunningServer } from '../server.js';
import { HandClock, HISTORY_HERE, LiveView, line, OWN_THREAD, testServer, until } from '../test-server.js';

const NOW = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;
/** Start of the bucket of a record of 26 hours ago. */
const BEGIN = NOW - 26 * 60 * MINUTE;

let folder: ReturnType<typeof temporaryFolder>;
let server: RunningServer | null = null;
let clock: HandClock;

beforeEach(() => {
  folder = temporaryFolder();
  clock = new HandClock(NOW);
});

afterEach(async () => {
  await server?.close();
  server = null;
  folder.remove();
});

/** Starts the server, or starts it again. */
async function start(overrides = HISTORY_HERE): Promise<RunningServer> {
  await server?.close();
  // The clock of the test stands long before that of the machine, by which the history lets go.
  server = await testServer({ VIBRISSA_DATA: folder.path, VIBRISSA_RETENTION: '3650d' }, clock, overrides);
  return server;
}

function record(port: number, msAgo = 0): string {
  return line({ port, start: clock.now() - msAgo });
}

async function post(url: string, lines: readonly string[], sequence?: number) {
  const sender =
    sequence === undefined ? {} : { 'x-vibrissa-agent': 'sender', 'x-vibrissa-sequence': String(sequence) };
  const reply = await fetch(`${url}/api/v1/flows`, {
    method: 'POST',
    body: lines.join('\n'),
    headers: { 'content-type': 'application/x-ndjson', ...sender },
  });
  return { status: reply.status, ...((await reply.json()) as { accepted: number; duplicate: number }) };
}

async function status(url: string): Promise<Health> {
  return (await (await fetch(`${url}/api/v1/status`)).json()) as Health;
}

/** Connections started by port. */
async function shown(url: string): Promise<Record<string, number | null>> {
  const reply = await fetch(`${url}/api/v1/flows?groupBy=connection&limit=500&to=${clock.now() + MINUTE}`);
  const { flows } = (await reply.json()) as FlowsReply;
  return Object.fromEntries(flows.map(({ port, connectionsStarted }) => [port, connectionsStarted]));
}

async function written(rows: number): Promise<void> {
  await until(async () => {
    const text = await (await fetch(`${server?.url}/metrics`)).text();
    return Number(/^vibrissa_history_rows_written (\S+)$/m.exec(text)?.[1]) >= rows;
  }, `${rows} rows in the history`);
}

describe('a restart with a history', () => {
  it('lets a page go on with every flow it had', async () => {
    const { url } = await start(OWN_THREAD);
    await post(url, [record(1, 10 * MINUTE), record(2, 5 * MINUTE), record(3)]);
    const before = await LiveView.open(url);
    await before.until(() => before.rows.size === 3, 'three rows');
    const { cursor, connections } = before;
    before.end();
    await written(2);
    clock.advance(20_000);

    const after = await LiveView.open((await start(OWN_THREAD)).url, { cursor });
    await after.until(() => after.done, 'the snapshot');
    expect([after.rows.size, after.connections]).toEqual([3, connections]);
    expect(after.resets).toBe(1);
    await post(server?.url ?? '', [record(4)]);
    await after.until(() => after.rows.size === 4, 'a flow of now');
    after.end();
  }, 60_000);

  it('counts once what came late, early and very late, through several restarts', async () => {
    let { url } = await start();
    const told = { 1: 0, 2: 10 * MINUTE, 3: NOW - BEGIN, 4: -10 * MINUTE, 5: 59 * MINUTE };
    const lines = Object.entries(told).map(([port, msAgo]) => record(Number(port), msAgo));
    expect(await post(url, lines)).toMatchObject({ accepted: 5 });
    const once = { 1: 1, 2: 1, 3: 1, 4: 1, 5: 1 };
    expect(await shown(url)).toEqual(once);
    for (let round = 0; round < 3; round++) {
      clock.advance(20_000);
      ({ url } = await start());
      expect(await shown(url)).toEqual(once);
    }
    clock.advance(2 * 60 * MINUTE);
    ({ url } = await start());
    expect(await shown(url)).toEqual(once);
    const isHandedOver = async () => (await status(url)).history?.oldest === BEGIN;
    await until(isHandedOver, 'the history to have what came very late', 20_000);
    ({ url } = await start());
    expect(await shown(url)).toEqual(once);
  }, 60_000);

  it('knows how far a sender had got long after the journal let go of its batches', async () => {
    const { url, context } = await start();
    expect(await post(url, [record(1)], 7)).toMatchObject({ accepted: 1 });
    const batch = () => readdirSync(join(folder.path, 'journal')).includes('000000000002.journal');
    const first = readdirSync(join(folder.path, 'journal'));
    clock.advance(30 * MINUTE);
    await until(
      () => first.every((name) => !readdirSync(join(folder.path, 'journal')).includes(name)),
      'the journal to let go of it',
      20_000,
    );
    expect(batch()).toBe(true);
    expect(context.journal.status().droppedBytes).toBe(0);
    const again = await start();
    expect(await post(again.url, [record(1)], 7)).toMatchObject({ accepted: 0, duplicate: 1 });
    expect(await post(again.url, [record(1)], 8)).toMatchObject({ accepted: 1 });
    expect(await shown(again.url)).toEqual({ 1: 2 });
  }, 60_000);
});
