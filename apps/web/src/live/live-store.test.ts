import { millis } from '@vibrissa/model';
import type { LiveMessage, LiveRequest } from '@vibrissa/protocol/messages';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SocketLike } from './live-socket.js';
import { LiveStore } from './live-store.js';
import { aDef, anUpdate, aRows, aSnapshot } from './test-rows.js';

const WATCH = { filter: '', grouping: 'connection', since: -900_000 } as const;

function aStore() {
  const sent: LiveRequest[] = [];
  const socket: SocketLike = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => sent.push(JSON.parse(String(text))),
    close: () => {},
  };
  const store = new LiveStore({
    connect: () => socket,
    clock: { now: () => millis(Date.now()) },
    after: (ms, task) => {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
    random: () => 1,
    reload: () => {},
  });
  const asked = (): number => sent.findLast((request) => request.type === 'subscribe')?.id ?? 0;
  const say = (message: LiveMessage): void => {
    const event = new MessageEvent('message', { data: JSON.stringify(message) });
    // The handler under test is a closure and reads no `this`.
    socket.onmessage?.call(socket as WebSocket, event);
  };
  store.open();
  socket.onopen?.call(socket as WebSocket, new Event('open'));
  store.watch(WATCH);
  /** What the server says about rows, and the repaint that follows. */
  const receive = (rows: ReturnType<typeof aRows>): void => {
    say({ ...rows, id: asked() });
    vi.advanceTimersByTime(250);
  };
  const shown = (): number[] => store.rows().rows.map((row) => row.id);
  return { store, sent, say, receive, shown, asked };
}

const ARRIVES = (id: number) => aRows({ defs: [aDef(id)], rows: [anUpdate(id)] });

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('LiveStore', () => {
  it('shows what the server sends, and says so once the snapshot is complete', () => {
    const { store, receive, shown } = aStore();
    expect(store.status().loaded).toBe(false);
    receive(aSnapshot([1, 2]));
    expect(store.status().loaded).toBe(true);
    expect(shown()).toEqual([2, 1]);
    receive(ARRIVES(3));
    expect(shown()).toEqual([3, 2, 1]);
  });

  it('repaints four times a second at most', () => {
    const { store, receive, say, asked } = aStore();
    receive(aSnapshot([1]));
    vi.advanceTimersByTime(1_000);
    const { version } = store.rows();
    for (let round = 0; round < 100; round += 1) {
      say({ ...aRows({ rows: [anUpdate(1, { bytesSent: round })] }), id: asked() });
      vi.advanceTimersByTime(10);
    }
    expect(store.rows().version - version).toBeLessThanOrEqual(5);
    expect(store.rows().version).toBeGreaterThan(version);
  });

  it('keeps rows in their places while the table stands still, and counts what waits', () => {
    const { store, receive, shown } = aStore();
    receive(aSnapshot([1, 2]));
    store.standStill(true);
    receive(ARRIVES(3));
    receive(aRows({ rows: [anUpdate(1, { verdict: 1, bytesSent: 5 })], gone: [2] }));
    expect(shown()).toEqual([2, 1]);
    expect(store.rows().fresh).toBe(1);
    expect(store.rows().rows[1]).toMatchObject({ verdict: 'deny', bytesSent: 5 });
    expect(store.rows().rows[0]).toMatchObject({ gone: true });
    store.standStill(false);
    vi.advanceTimersByTime(250);
    expect(shown()).toEqual([1, 3]);
    expect(store.rows().fresh).toBe(0);
  });

  it('lets what waits in once, on request, and stands still again', () => {
    const { store, receive, shown } = aStore();
    receive(aSnapshot([1]));
    store.standStill(true);
    receive(ARRIVES(2));
    store.catchUp();
    expect(shown()).toEqual([2, 1]);
    receive(ARRIVES(3));
    expect(shown()).toEqual([2, 1]);
    expect(store.rows().fresh).toBe(1);
  });

  it('answers another question even while the table stands still', () => {
    const { store, receive, shown } = aStore();
    receive(aSnapshot([1, 2]));
    store.standStill(true);
    store.watch({ ...WATCH, filter: 'port=1' });
    expect(store.status().loaded).toBe(false);
    receive(aSnapshot([2, 7]));
    expect(shown()).toEqual([7, 2]);
  });

  it('asks the same question only once', () => {
    const { store, sent } = aStore();
    const { length } = sent;
    store.watch({ ...WATCH });
    expect(sent).toHaveLength(length);
  });

  it('sorts another way while the table stands still', () => {
    const { store, receive, shown } = aStore();
    receive(aSnapshot([1, 2], { rows: [anUpdate(1, { bytesSent: 9 }), anUpdate(2, { bytesSent: 1 })] }));
    store.standStill(true);
    store.sortBy('bytes', true);
    expect(shown()).toEqual([1, 2]);
    store.sortBy('bytes', false);
    expect(shown()).toEqual([2, 1]);
  });

  it('pauses the rows and goes on from where they were', () => {
    const { store, receive, sent, shown } = aStore();
    receive(aSnapshot([1], { cursor: 'here' }));
    store.pause();
    expect(store.status().pausedAt).not.toBeNull();
    expect(sent.at(-1)).toMatchObject({ type: 'unsubscribe' });
    store.resume();
    expect(store.status().pausedAt).toBeNull();
    expect(sent.at(-1)).toMatchObject({ type: 'subscribe', cursor: 'here' });
    receive(ARRIVES(2));
    expect(shown()).toEqual([2, 1]);
  });

  it('adds up what the server skipped', () => {
    const { store, say, asked } = aStore();
    say({ type: 'skipped', id: asked(), updates: 1_000 });
    say({ type: 'skipped', id: asked(), updates: 204 });
    expect(store.status().skipped).toBe(1_204);
  });

  it('passes on why a question was not answered, until the next', () => {
    const { store, say, asked } = aStore();
    say({ type: 'error', id: asked(), code: 'filter-syntax', message: 'no such field' });
    expect(store.status().error?.message).toBe('no such field');
    store.watch({ ...WATCH, filter: 'port=1' });
    expect(store.status().error).toBeNull();
  });
});
