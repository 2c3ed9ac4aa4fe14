import { type Clock, millis } from '@vibrissa/model';
import type { LiveMessage, Rows, Subscribe } from '@vibrissa/protocol/messages';
import { HistoryEngine, type HistoryOptions } from '@vibrissa/store';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { systemClock } from './clock.js';
import { readConfig } from './config.js';
import type { Overrides } from './context.js';
import { type RunningServer, startServer } from './server.js';

/**
 * For `testServer`: the history in the thread of the test, since starting another from source costs more than most
 * tests do. It lets go by the machine's clock, as the one in a thread does.
 */
export const HISTORY_HERE: Overrides = {
  openHistory: (options: Omit<HistoryOptions, 'clock'>) =>
    new HistoryEngine({ ...options, clock: systemClock }),
};

/** For `testServer`: the history in a thread of its own, as it is outside of tests. */
export const OWN_THREAD: Overrides = {};

/**
 * A real server on a free port, without a demo, for tests. `env` sets what a test is about; its history is in this
 * thread unless the overrides say otherwise.
 */
export async function testServer(
  env: Readonly<Record<string, string>> = {},
  clock?: Clock,
  overrides: Overrides = HISTORY_HERE,
): Promise<RunningServer> {
  const config = readConfig({
    VIBRISSA_PORT: '0',
    VIBRISSA_DEMO: 'off',
    VIBRISSA_DATA: 'off',
    VIBRISSA_TICK_MS: '20',
    ...env,
  });
  const log = pino({ level: 'silent' });
  const server = await startServer(config, 'no-page', {
    ...(clock === undefined ? { log } : { log, clock }),
    ...overrides,
  });
  try {
    await server.ready;
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

/** A clock that goes when it is told to. */
export class HandClock implements Clock {
  #time: number;

  constructor(time: number) {
    this.#time = time;
  }

  now() {
    return millis(this.#time);
  }

  advance(ms: number): void {
    this.#time += ms;
  }
}

/** One record of our format, as a line. */
export function line(change: Readonly<Record<string, unknown>> = {}): string {
  const start = (change.start as number | undefined) ?? systemNow();
  return JSON.stringify({
    start,
    end: start + 1_000,
    reporter: 'dst',
    action: 'allow',
    source: { namespace: 'shop', name: 'web-*' },
    dest: { namespace: 'data', name: 'db-0' },
    port: 5432,
    protocol: 'tcp',
    enforced: ['0|default|np:data/allow-web|allow|0'],
    pending: [],
    packetsIn: 10,
    packetsOut: 8,
    bytesIn: 1_000,
    bytesOut: 2_000,
    connectionsStarted: 1,
    ...change,
  });
}

function systemNow(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

/** Waits for a condition, looking again whenever the event loop has turned. Throws after `mostMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  mostMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + mostMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${mostMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A WebSocket whose messages are kept. */
export class TestSocket<Message> {
  readonly received: Message[] = [];
  readonly socket: WebSocket;
  closed: { readonly code: number; readonly reason: string } | null = null;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.socket = new WebSocket(url.replace('http', 'ws'), { headers });
    this.socket.on('message', (data) => this.received.push(JSON.parse(data.toString()) as Message));
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    this.socket.on('error', () => {});
  }

  static async open<Message>(url: string): Promise<TestSocket<Message>> {
    const socket = new TestSocket<Message>(url);
    await until(() => socket.socket.readyState === WebSocket.OPEN, 'the socket to open');
    return socket;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  end(): void {
    this.socket.terminate();
  }
}

/** A browser's view of one subscription, put together from its messages as a page would. */
export class LiveView {
  readonly #socket: TestSocket<LiveMessage>;
  readonly rows = new Map<number, Rows['rows'][number]>();
  readonly defs = new Map<number, Rows['defs'][number]>();
  resets = 0;
  skipped = 0;
  cursor = '';
  total = 0;
  done = false;
  #read = 0;

  constructor(socket: TestSocket<LiveMessage>) {
    this.#socket = socket;
  }

  static async open(url: string, request: Partial<Subscribe> = {}): Promise<LiveView> {
    const socket = await TestSocket.open<LiveMessage>(`${url}/api/v1/live`);
    const view = new LiveView(socket);
    await view.subscribe(request);
    return view;
  }

  async subscribe(request: Partial<Subscribe>): Promise<void> {
    this.done = false;
    this.#socket.send({ type: 'subscribe', id: 1, filter: '', grouping: 'connection', since: 0, ...request });
    await this.until(() => this.done, 'the snapshot');
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    await until(() => {
      this.#catchUp();
      return condition();
    }, what);
  }

  end(): void {
    this.#socket.end();
  }

  /** Connections started, over all rows. */
  get connections(): number {
    return [...this.rows.values()].reduce((sum, row) => sum + (row[10] ?? 0), 0);
  }

  #catchUp(): void {
    for (; this.#read < this.#socket.received.length; this.#read++) {
      const message = this.#socket.received[this.#read];
      if (message?.type === 'skipped') this.skipped += message.updates;
      if (message?.type !== 'rows') continue;
      if (message.reset === true) {
        this.rows.clear();
        this.resets++;
      }
      for (const def of message.defs) this.defs.set(def.id, def);
      for (const row of message.rows) this.rows.set(row[0], row);
      for (const id of message.gone) this.rows.delete(id);
      if (message.ids !== undefined) {
        const kept = new Set(message.ids);
        for (const id of this.rows.keys()) if (!kept.has(id)) this.rows.delete(id);
      }
      this.cursor = message.cursor;
      this.total = message.total;
      if (message.done !== true) continue;
      this.done = true;
      this.#read++;
      // What changed right after the snapshot is seen by whoever waits for it.
      return;
    }
  }
}
