import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlowRecord, millis } from '@vibrissa/model';
import { GET_FLOWS, isProblem, readGetFlows, readRecord } from '@vibrissa/protocol';
import { GrpcError, GrpcStatus } from '@vibrissa/protocol/grpc';
import { flowMessage, lostMessage, nodesMessage, TestStreams } from '@vibrissa/protocol/testing';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { newCounts } from '../counts.js';
import { until } from '../testing/until.js';
import type { Checkpoint, Piece } from './flow-source.js';
import { hubbleSource } from './hubble.js';
import { mergeSources, type SourceState } from './merge-sources.js';

const NOW = Date.UTC(2026, 5, 1, 12);
const log = pino({ level: 'silent' });

async function socket(): Promise<TestStreams> {
  const folder = mkdtempSync(join(tmpdir(), 'vibrissa-hubble-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const streams = await TestStreams.start(GET_FLOWS, [], null, `unix://${join(folder, 'hubble.sock')}`);
  onTestFinished(() => streams.stop());
  return streams;
}

/** The source as the agent runs it: begun again after each failure. */
function follow(address: string, from: Checkpoint | null = null) {
  const stop = new AbortController();
  const pieces: Piece[] = [];
  const counts = newCounts();
  let state: SourceState | undefined;
  const clock = { now: () => millis(NOW) };
  const merged = mergeSources({
    sources: [hubbleSource({ address, clock, log, counts, from: () => from })],
    backoff: { first: 5, most: 10 },
    random: () => 0,
    log,
    onState: ([now]) => {
      state = now;
    },
    once: false,
  });
  const done = (async () => {
    for await (const piece of merged.pieces(stop.signal)) pieces.push(piece);
  })();
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  const lines = () => pieces.flatMap((piece) => piece.lines);
  return { pieces, counts, lines, state: () => state };
}

function read(line: string): FlowRecord {
  const record = readRecord(line);
  if (isProblem(record)) throw new Error(JSON.stringify(record));
  return record;
}

it('tells what the socket of Cilium’s agent tells, as records', async () => {
  const hubble = await socket();
  const { lines, pieces, counts } = follow(hubble.address);
  await until(() => hubble.open === 1);
  expect(readGetFlows(hubble.requests[0] ?? new Uint8Array())).toEqual({
    since: NOW - 3_600_000,
    follow: true,
  });
  hubble.send(
    flowMessage(1, NOW - 5),
    nodesMessage('NODE_CONNECTED', ['a']),
    new Uint8Array([1]),
    flowMessage(2, NOW - 3),
  );
  await until(() => lines().length === 2);
  const [first, second] = lines().map(read);
  expect(first).toMatchObject({
    start: NOW - 5,
    key: { source: { namespace: 'shop', name: 'web-7d9f5c8b6d-*' }, dest: { name: 'db-0' }, reporter: 'dst' },
    counters: { connectionsStarted: 1, bytesIn: null },
  });
  expect(second?.start).toBe(NOW - 3);
  expect(counts).toMatchObject({ refused: 1, skipped: 1 });
  expect(pieces.at(-1)?.checkpoint).toMatchObject({ source: 'hubble', offset: NOW - 2 });
});

it('goes on after a break, and tells nothing twice', async () => {
  const hubble = await socket();
  const { lines, state } = follow(hubble.address);
  await until(() => hubble.open === 1);
  hubble.send(flowMessage(1, NOW - 5), flowMessage(2, NOW - 3));
  await until(() => lines().length === 2);
  hubble.backlog = () => [flowMessage(1, NOW - 5), flowMessage(2, NOW - 3), flowMessage(3, NOW - 1)];
  hubble.end(new GrpcError(GrpcStatus.unavailable, 'the agent is being replaced'));
  await until(() => lines().length === 3);
  expect(readGetFlows(hubble.requests[1] ?? new Uint8Array()).since).toBe(NOW - 3 - 30_000);
  expect(lines().map((line) => read(line).start)).toEqual([NOW - 5, NOW - 3, NOW - 1]);
  expect(state()).toMatchObject({ state: 'running', reason: 'the agent is being replaced', restarts: 1 });
});

it('goes on where an earlier run stopped', async () => {
  const hubble = await socket();
  const from = { inode: '0', offset: NOW - 60_000, line: 0, headLength: 0, headCrc: 0, source: 'hubble' };
  follow(hubble.address, from);
  await until(() => hubble.open === 1);
  expect(readGetFlows(hubble.requests[0] ?? new Uint8Array()).since).toBe(NOW - 60_000);
});

it('passes on what was lost, for the server to count', async () => {
  const hubble = await socket();
  const { lines } = follow(hubble.address);
  await until(() => hubble.open === 1);
  hubble.send(lostMessage('PERF_EVENT_RING_BUFFER', 12));
  await until(() => lines().length === 1);
  expect(readRecord(lines()[0] ?? '')).toMatchObject({ aside: { lost: 12 } });
});
