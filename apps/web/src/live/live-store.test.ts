import { millis } from '@vibrissa/model';
import type { LiveMessage, LiveRequest } from '@vibrissa/protocol/messages';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SocketLike, Watch } from './live-socket.js';
import { LiveStore } from './live-store.js';
import type { Question } from './question.js';
import { aDef, anUpdate, aRows, aSnapshot } from './test-rows.js';

const WATCH = { filter: '', grouping: 'connection', since: -900_000 } as const;

function aQuestion(change: Partial<Watch> = {}, rest: Partial<Question> = {}): Question {
  return { watch: { ...WATCH, ...change }, streams: true, haltedAt: null, ...rest };
}

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
  store.ask(aQuestion());
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
    store.ask(aQuestion({ filter: 'port=1' }));
    expect(store.status().loaded).toBe(false);
    receive(aSnapshot([2, 7]));
    expect(shown()).toEqual([7, 2]);
  });

  it('asks the same question only once', () => {
    const { store, sent } = aStore();
    const { length } = sent;
    store.ask(aQuestion());
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
    store.ask(aQuestion({ filter: 'port=1' }));
    expect(store.status().error).toBeNull();
  });

  it('says how far a long reading is, until its rows are there', () => {
    const { store, say, asked, receive } = aStore();
    say({ type: 'progress', id: asked(), done: 0.4 });
    expect(store.status().progress).toBe(0.4);
    say({ type: 'progress', id: asked() - 1, done: 0.9 });
    expect(store.status().progress).toBe(0.4);
    receive(aSnapshot([1], { history: { from: 5, to: 9, refreshMs: 15_000 } }));
    expect(store.status()).toMatchObject({
      progress: null,
      loaded: true,
      history: { from: 5, to: 9, refreshMs: 15_000 },
    });
  });

  it('ends a reading and keeps what was on screen, until it is asked again', () => {
    const { store, sent, receive, shown } = aStore();
    receive(aSnapshot([1, 2]));
    store.ask(aQuestion({ since: -86_400_000 }));
    store.stop();
    expect(sent.at(-1)).toMatchObject({ type: 'unsubscribe' });
    expect(store.status()).toMatchObject({ stopped: true, loaded: false });
    expect(shown()).toEqual([2, 1]);
    store.retry();
    expect(sent.at(-1)).toMatchObject({ type: 'subscribe', since: -86_400_000 });
    expect(store.status().stopped).toBe(false);
    receive(aSnapshot([7]));
    expect(shown()).toEqual([7]);
  });

  it('asks for another sort only where rows were cut', () => {
    const { store, sent, receive } = aStore();
    const by = (column: string) => aQuestion({ limit: 2, sort: { column, descending: true } });
    store.ask(by('attention'));
    receive(aSnapshot([1, 2], { total: 2 }));
    const asked = sent.length;
    store.ask(by('bytes'));
    expect(sent).toHaveLength(asked);
    // A window that slides may come to be cut later: then the sort matters.
    receive(aRows({ phase: 'snapshot', done: true, ids: [1, 2], total: 3 }));
    expect(sent.at(-1)).toMatchObject({ type: 'subscribe', sort: { column: 'bytes' } });
    receive(aSnapshot([1, 2], { total: 3 }));
    store.ask(by('source'));
    expect(sent.at(-1)).toMatchObject({ type: 'subscribe', sort: { column: 'source' } });
  });

  it('leaves sparklines that span a window as they were read', () => {
    const { store, receive } = aStore();
    store.ask(aQuestion({ since: -86_400_000 }, { streams: false }));
    receive(aSnapshot([1], { sparks: [[1, 5, 6]] }));
    receive(aRows({ rows: [anUpdate(1, { recentAt: 900_000, recent: 40 })] }));
    expect(store.rows().rows[0]?.spark.slice(-3)).toEqual([0, 5, 6]);
  });
});

describe('LiveStore while a window is played', () => {
  const PLAYED = {
    since: 100_000,
    until: 400_000,
    play: { at: 100_000, speed: 10, spanMs: 60_000 },
  } as const;
  const played = (now: number, ids: readonly number[]) => aSnapshot(ids, { now, ids: [...ids] });

  it('follows the playhead and leaves the clock of the server alone', () => {
    const { store, receive } = aStore();
    const before = store.clock.now();
    store.ask(aQuestion(PLAYED, { streams: false }));
    expect(store.status().playhead).toBe(100_000);
    receive(played(115_000, [1]));
    expect(store.status().playhead).toBe(115_000);
    expect(store.clock.now() - before).toBeLessThan(1_000);
  });

  it('goes on from the playhead at another speed, and from where it is put', () => {
    const { store, receive, sent } = aStore();
    store.ask(aQuestion(PLAYED));
    receive(played(160_000, [1]));
    store.ask(aQuestion({ ...PLAYED, play: { ...PLAYED.play, speed: 60 } }));
    expect(sent.at(-1)).toMatchObject({ type: 'subscribe', play: { at: 160_000, speed: 60 } });
    store.seek(220_000);
    expect(sent.at(-1)).toMatchObject({ type: 'subscribe', play: { at: 220_000, speed: 60 } });
    expect(sent.at(-1)).not.toHaveProperty('cursor');
  });

  it('is not asked again for what the playhead has passed', () => {
    const { store, receive, sent } = aStore();
    store.ask(aQuestion(PLAYED));
    receive(played(160_000, [1]));
    const asked = sent.length;
    store.ask(aQuestion(PLAYED));
    expect(sent).toHaveLength(asked);
  });

  it('knows where it is halted, and plays on from there', () => {
    const { store, sent } = aStore();
    store.ask(aQuestion({ since: 140_000, until: 200_000 }, { haltedAt: 200_000 }));
    expect(store.status().playhead).toBe(200_000);
    store.ask(aQuestion(PLAYED));
    expect(sent.at(-1)).toMatchObject({ play: { at: 200_000 } });
    store.ask(aQuestion());
    expect(store.status().playhead).toBeNull();
  });
});
