import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { IngestResult } from '@vibrissa/protocol/messages';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { line, testServer } from '../test-server.js';

const CASES = 10_000;
const LINES = 100;

/** What a second helping of the same lines may leave behind: less than their text, 1.7 million characters. */
const MOST_LEFT_BYTES = 2 ** 20;

let server: RunningServer;

beforeAll(async () => {
  server = await testServer();
});

afterAll(() => server.close());

const CALICO = JSON.stringify({
  start_time: 1_700_000_000,
  end_time: 1_700_000_300,
  source_name_aggr: 'web-*',
  dest_name_aggr: 'db-*',
  action: 'deny',
  reporter: 'dst',
  proto: 'tcp',
});
const HUBBLE = JSON.stringify({
  flow: {
    time: '2026-01-01T00:00:00Z',
    verdict: 'DROPPED',
    IP: { source: '10.0.0.1', destination: '10.0.0.2' },
  },
});

const jsonLine = fc.json({ maxDepth: 12 }).map((text) => text.replaceAll('\n', ' '));
const scrap = fc.string({ unit: 'binary', maxLength: 300 }).map((text) => text.replaceAll('\n', ' '));
const whole = fc.constantFrom(CALICO, HUBBLE, line());
const cut = fc.tuple(whole, fc.nat(400)).map(([text, at]) => text.slice(0, at % text.length));
const spliced = fc
  .tuple(whole, fc.nat(400), scrap)
  .map(([text, at, more]) => `${text.slice(0, at % text.length)}${more}${text.slice(at % text.length)}`);
const swapped = fc
  .tuple(
    fc.constantFrom('start', 'end', 'source', 'port', 'enforced', 'packetsIn', 'sourceIps'),
    fc.jsonValue(),
  )
  .map(([name, value]) => line({ [name]: value }));
const hostile = fc.oneof(jsonLine, scrap, cut, spliced, swapped);

async function send(lines: readonly string[]): Promise<IngestResult> {
  const reply = await fetch(`${server.url}/api/v1/flows`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  expect([200, 400]).toContain(reply.status);
  // The server's own answer.
  return JSON.parse(await reply.text()) as IngestResult;
}

/** Sends that many hostile lines; each must be accounted for. */
async function sendHostile(seed: number): Promise<void> {
  const lines = fc.sample(hostile, { numRuns: CASES, seed });
  for (let at = 0; at < lines.length; at += LINES) {
    const batch = [...lines.slice(at, at + LINES), line()];
    const filled = batch.filter((text) => text !== '' && text !== '\r').length;
    const { accepted, rejected, errors } = await send(batch);
    expect(accepted + rejected).toBe(filled);
    expect(accepted).toBeGreaterThan(0);
    for (const error of errors) expect(error.remedy).not.toBe('');
  }
}

function heapAfterGarbage(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('there is no way to collect garbage');
  collect();
  return process.memoryUsage().heapUsed;
}

describe('hostile lines over HTTP', () => {
  it('are each refused with a remedy or taken, never stop the server, and leave nothing behind', async () => {
    await sendHostile(1);
    const before = heapAfterGarbage();
    await sendHostile(1);
    expect(heapAfterGarbage() - before).toBeLessThan(MOST_LEFT_BYTES);
    await sendHostile(2);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  }, 120_000);
});
