import { connect, type Socket } from 'node:net';
import type { QueryLine, SeenReply } from '@vibrissa/protocol/messages';
import { type QueryControl, SORT_COLUMNS } from '@vibrissa/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { HandClock, testServer, until } from '../test-server.js';

const START = 1_770_000_000_000;
const LINES = { accept: 'application/x-ndjson' };
const ANSWER = { first: 1, last: 2, total: 3 };

let clock: HandClock;
let server: RunningServer;
let controls: QueryControl[];

beforeEach(async () => {
  clock = new HandClock(START);
  server = await testServer({ VIBRISSA_QUERY_MS: '600000' }, clock);
  controls = [];
});

afterEach(() => server.close());

/** Replaces one query of the store. */
function answerWith(work: (control: QueryControl) => Promise<typeof ANSWER>): void {
  server.context.flows.seen = (_query, control = {}) => {
    controls.push(control);
    return work(control) as never;
  };
}

async function lines(
  path = 'seen',
): Promise<{ status: number; type: string; lines: QueryLine<SeenReply>[] }> {
  const response = await fetch(`${server.url}/api/v1/${path}`, { headers: LINES });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    lines: text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

describe('a query asked for in lines', () => {
  it('tells how far it is, now and then, and its reply last', async () => {
    answerWith(async ({ progress }) => {
      for (const done of [0.1, 0.2, 0.5, 0.9]) {
        progress?.(done);
        clock.advance(done === 0.1 ? 10 : 250);
      }
      return ANSWER;
    });
    const answer = await lines();
    expect(answer.type).toContain('application/x-ndjson');
    expect(answer.lines).toEqual([{ progress: 0.5 }, { progress: 0.9 }, { reply: ANSWER }]);
  });

  it('is one line where it is soon done', async () => {
    answerWith(() => Promise.resolve(ANSWER));
    expect((await lines()).lines).toEqual([{ reply: ANSWER }]);
    expect((await lines('flows')).lines).toEqual([{ reply: expect.objectContaining({ total: 0 }) }]);
  });

  it('says what went wrong as a reply of its own before the first line, and as the last line after it', async () => {
    const early = await lines('seen?filter=port%3Dx');
    expect([early.status, early.lines[0]]).toEqual([
      400,
      { error: expect.objectContaining({ code: 'filter-syntax' }) },
    ]);
    answerWith(async ({ progress }) => {
      clock.advance(1_000);
      progress?.(0.5);
      throw new Error('secret of the disk');
    });
    const late = await lines();
    expect(late.status).toBe(200);
    expect(late.lines).toEqual([{ progress: 0.5 }, { error: expect.objectContaining({ code: 'internal' }) }]);
    expect(JSON.stringify(late.lines)).not.toContain('secret');
  });
});

describe('any query', () => {
  it('ends when the caller hangs up', async () => {
    answerWith(({ signal }) => untilAborted(signal));
    const { hostname, port } = new URL(server.url);
    const sockets: Socket[] = [];
    for (const accept of ['application/json', LINES.accept]) {
      const socket = connect(Number(port), hostname);
      socket.write(`GET /api/v1/seen HTTP/1.1\r\nHost: ${hostname}\r\nAccept: ${accept}\r\n\r\n`);
      sockets.push(socket);
    }
    await until(() => controls.length === 2, 'both queries');
    expect(controls.some(({ signal }) => signal?.aborted)).toBe(false);
    for (const socket of sockets) socket.destroy();
    await until(() => controls.every(({ signal }) => signal?.aborted), 'both to end');
  });

  it('is ended past its time limit, and says how to ask for less', async () => {
    await server.close();
    server = await testServer({ VIBRISSA_QUERY_MS: '100' }, clock);
    answerWith(({ signal }) => untilAborted(signal));
    const response = await fetch(`${server.url}/api/v1/seen`);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({
      error: { code: 'query-too-long', message: expect.stringContaining('narrow') },
    });
  });

  it('waits its turn when it is about the past, and is told when there is no room', async () => {
    answerWith(({ signal }) => untilAborted(signal));
    server.context.flows.top = server.context.flows.seen as never;
    const leaving = new AbortController();
    const ask = () => fetch(`${server.url}/api/v1/top?by=port&from=1`, { signal: leaving.signal });
    const asked = Array.from({ length: 63 }, () => ask().catch(() => null));
    await until(() => server.context.queries.waiting === 60, 'the line to fill');
    expect(controls).toHaveLength(3);
    const refused = await ask();
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: 'too-busy' } });
    expect((await fetch(`${server.url}/api/v1/flows?from=-1`)).status).toBe(200);
    leaving.abort();
    await Promise.all(asked);
    await until(() => server.context.queries.running === 0, 'all to end');
  });
});

it('describes every column that flows are sorted by', async () => {
  const text = await (await fetch(`${server.url}/api/v1/openapi.json`)).text();
  for (const column of SORT_COLUMNS) expect(text).toContain(column);
});
