import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../test-server.js';
import type { Every } from './send-events.js';
import { ReaderTest } from './test-reader.js';
import { whiskerRoutes } from './whisker-route.js';

let test: ReaderTest;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  test = await ReaderTest.start();
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await test.end();
});

/** A stream of events, read as it comes. */
class Events {
  text = '';
  ended = false;
  #response: IncomingMessage | null = null;
  readonly #request;

  constructor(url: string) {
    this.#request = httpRequest(url, (response) => {
      this.#response = response;
      response.setEncoding('utf8').on('data', (text: string) => {
        this.text += text;
      });
      response.on('close', () => {
        this.ended = true;
      });
    });
    this.#request.on('error', () => {
      this.ended = true;
    });
    this.#request.end();
    ends.unshift(() => this.end());
  }

  get headers() {
    return this.#response?.headers ?? null;
  }

  get status(): number | undefined {
    return this.#response?.statusCode;
  }

  get flows(): { dest_port: number; start_time: string; bytes_in: number }[] {
    return this.text
      .split('\n\n')
      .flatMap((event) => (event.startsWith('data: ') ? [JSON.parse(event.slice(6))] : []));
  }

  end(): void {
    this.#request.destroy();
  }
}

async function watch(query = ''): Promise<Events> {
  const { windows } = test.server.context;
  const before = windows.streams;
  const events = new Events(`${test.server.url}/whisker-backend/flows?watch=true${query}`);
  await until(() => events.headers !== null && windows.streams > before, 'the stream');
  return events;
}

describe('GET /whisker-backend/flows?watch=true', () => {
  it('says at once that it is a stream, before there is a flow', async () => {
    const events = await watch();
    expect(events.status).toBe(200);
    expect(events.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      connection: 'keep-alive',
    });
    expect(events.text).toBe('');
  });

  it('sends each flow as one event, the past first and then what comes', async () => {
    test.add({ port: 1 }, { port: 2 });
    test.roll(2);
    const events = await watch('&startTimeGte=-60');
    await until(() => events.flows.length === 2, 'the past');
    expect(events.text).toMatch(/^(data: \{[^\n]*\}\n\n){2}$/);
    test.add({ port: 3 });
    test.roll(2);
    await until(() => events.flows.length === 3, 'the present');
    expect(events.flows[2]).toMatchObject({ dest_port: 3, start_time: '2026-02-02T02:40:30Z' });
  });

  it('ignores order and end of time, and filters', async () => {
    test.add({ port: 1 }, { port: 2 });
    test.roll(2);
    const events = await watch(
      `&startTimeGte=-60&startTimeLt=-50&sortBy=DestName&filters=${encodeURIComponent('{"dest_ports":[{"value":2}]}')}`,
    );
    await until(() => events.flows.length === 1, 'the flow');
    expect(events.flows[0]?.dest_port).toBe(2);
  });

  it('gives its place back when the reader goes', async () => {
    const events = await watch();
    events.end();
    await until(() => test.server.context.windows.streams === 0, 'the stream to end');
  });

  it('ends when the server stops', async () => {
    const events = await watch();
    await test.server.close();
    await until(() => events.ended, 'the end');
  });

  it('answers one stream too many with 503', async () => {
    const { windows } = test.server.context;
    const held = Array.from({ length: 100 }, () => {
      const ending = new AbortController();
      ends.push(() => ending.abort());
      return windows.stream({ from: 0, matches: () => true }, ending.signal).next();
    });
    const reply = await fetch(`${test.server.url}/whisker-backend/flows?watch=true`);
    expect(reply.status).toBe(503);
    expect(await reply.json()).toEqual({ error: expect.stringContaining('max number of streams') });
    for (const end of ends.splice(0)) await end();
    await Promise.all(held);
  });

  it('sends a comment every 15 s, so that no proxy takes it for dead', async () => {
    const beats: { ms: number; act: () => void }[] = [];
    const stopped: number[] = [];
    const every: Every = (ms, act) => {
      const at = beats.push({ ms, act }) - 1;
      return () => stopped.push(at);
    };
    const app = fastify();
    whiskerRoutes(app, test.server.context, every);
    ends.unshift(() => app.close());
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const events = new Events(`${url}/flows?watch=true`);
    await until(() => beats.length === 1, 'the stream');
    expect(beats[0]?.ms).toBe(15_000);
    beats[0]?.act();
    beats[0]?.act();
    await until(() => events.text === ': still here\n\n: still here\n\n', 'two comments');
    events.end();
    await until(() => stopped.length === 1, 'the end of the comments');
  });

  it('sends a reader that paused the rest once it reads on', async () => {
    const labels = [`x=${'y'.repeat(500)}`];
    const flows = 20_000;
    for (let port = 1; port <= flows; port++) test.add({ port, labels });
    test.roll(2);
    const { hostname, port } = new URL(test.server.url);
    const socket = connect(Number(port), hostname);
    ends.unshift(() => socket.destroy());
    socket.write(`GET /flows?watch=true&startTimeGte=-60 HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
    await new Promise<void>((resolve) => socket.once('readable', resolve));
    test.add({ port: 1, start: test.clock.now() - 30_000 });
    let told = 0;
    socket.setEncoding('utf8').on('data', (text: string) => {
      told += text.split('"start_time"').length - 1;
    });
    await until(() => told >= flows, 'all the flows');
    expect(test.server.context.windows.lost).toEqual({ buckets: 0, lateParts: 0 });
  });
});
