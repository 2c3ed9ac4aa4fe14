import { millis } from '@vibrissa/model';
import {
  LIVE_VERSION,
  type LiveMessage,
  type LiveRequest,
  type Subscribe,
} from '@vibrissa/protocol/messages';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveSocket, type LiveSocketEvents, type SocketLike, type SocketState } from './live-socket.js';
import { aHealth } from './test-health.js';
import { aRows, aSnapshot } from './test-rows.js';

class FakeSocket implements SocketLike {
  onopen: WebSocket['onopen'] = null;
  onmessage: WebSocket['onmessage'] = null;
  onclose: WebSocket['onclose'] = null;
  readonly sent: LiveRequest[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  open(): void {
    this.#call(this.onopen, new Event('open'));
  }
  say(message: LiveMessage): void {
    this.#call(this.onmessage, new MessageEvent('message', { data: JSON.stringify(message) }));
  }
  drop(): void {
    this.#call(this.onclose, new Event('close') as CloseEvent);
  }
  get subscribed(): Subscribe {
    const last = this.sent.findLast((request) => request.type === 'subscribe');
    if (last === undefined) throw new Error('nothing was subscribed to');
    return last;
  }
  #call<E extends Event>(handler: ((this: WebSocket, event: E) => unknown) | null, event: E): void {
    // The handlers under test are closures and read no `this`.
    handler?.call(this as unknown as WebSocket, event);
  }
}

const WATCH = { filter: 'verdict=deny', grouping: 'connection', since: -900_000 } as const;

function aLiveSocket() {
  const sockets: FakeSocket[] = [];
  const states: SocketState[] = [];
  const events = {
    state: (state: SocketState) => states.push(state),
    hello: vi.fn(),
    health: vi.fn(),
    rows: vi.fn(),
    progress: vi.fn(),
    skipped: vi.fn(),
    error: vi.fn(),
    outdated: vi.fn(),
  } satisfies LiveSocketEvents;
  const live = new LiveSocket(
    {
      connect: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      clock: { now: () => millis(Date.now()) },
      after: (ms, task) => {
        const timer = setTimeout(task, ms);
        return () => clearTimeout(timer);
      },
      random: () => 1,
    },
    events,
  );
  const newest = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error('never connected');
    return socket;
  };
  /** Opened, watching, and its snapshot complete. */
  const started = (): FakeSocket => {
    live.open();
    newest().open();
    live.watch(WATCH);
    newest().say({ ...aSnapshot([1]), id: newest().subscribed.id, cursor: 'after snapshot' });
    return newest();
  };
  /** Drops the connection, waits, and opens the next. */
  const reconnected = (): FakeSocket => {
    newest().drop();
    vi.advanceTimersByTime(20_000);
    newest().open();
    return newest();
  };
  return { live, sockets, states, events, newest, started, reconnected };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('LiveSocket', () => {
  it('subscribes once it is open, to what was asked last', () => {
    const { live, newest } = aLiveSocket();
    live.watch({ ...WATCH, filter: 'port=1' });
    live.open();
    live.watch(WATCH);
    expect(newest().sent).toEqual([]);
    newest().open();
    expect(newest().sent).toEqual([{ type: 'subscribe', id: 1, ...WATCH }]);
  });

  it('goes on from the cursor after a reconnect', () => {
    const { started, newest, reconnected } = aLiveSocket();
    const first = started();
    first.say(aRows({ id: first.subscribed.id, cursor: 'later' }));
    reconnected();
    expect(newest()).not.toBe(first);
    expect(newest().subscribed).toMatchObject({ ...WATCH, cursor: 'later' });
  });

  it('starts over when the snapshot was not complete', () => {
    const { live, newest, reconnected } = aLiveSocket();
    live.open();
    newest().open();
    live.watch(WATCH);
    newest().say(aRows({ id: newest().subscribed.id, phase: 'snapshot', reset: true, cursor: 'too early' }));
    reconnected();
    expect(newest().subscribed.cursor).toBeUndefined();
  });

  it('keeps the old cursor while what it resumed is incomplete', () => {
    const { started, newest, reconnected } = aLiveSocket();
    started();
    reconnected();
    newest().say(aRows({ id: newest().subscribed.id, phase: 'snapshot', cursor: 'half way' }));
    reconnected();
    expect(newest().subscribed.cursor).toBe('after snapshot');
  });

  it('starts over after the server skipped updates, until the fresh snapshot is complete', () => {
    const { started, newest, events, reconnected } = aLiveSocket();
    const socket = started();
    socket.say({ type: 'skipped', id: socket.subscribed.id, updates: 1_204 });
    expect(events.skipped).toHaveBeenCalledWith(1_204);
    reconnected();
    expect(newest().subscribed.cursor).toBeUndefined();
  });

  it('drops answers to a question no longer asked', () => {
    const { live, started, newest, events } = aLiveSocket();
    const old = started().subscribed.id;
    events.rows.mockClear();
    live.watch({ ...WATCH, filter: 'port=1' });
    newest().say(aRows({ id: old }));
    expect(events.rows).not.toHaveBeenCalled();
    expect(newest().sent).toContainEqual({ type: 'unsubscribe', id: old });
    expect(newest().subscribed.cursor).toBeUndefined();
  });

  it('waits longer each time, and begins anew once the server is well', () => {
    const { live, newest, states } = aLiveSocket();
    const waits: number[] = [];
    const lose = () => {
      newest().drop();
      const state = states.at(-1);
      if (state?.kind !== 'waiting') throw new Error('not waiting');
      waits.push(state.retryAt - Date.now());
      vi.advanceTimersByTime(state.retryAt - Date.now());
    };
    live.open();
    lose();
    lose();
    lose();
    newest().open();
    newest().say(HEALTH);
    lose();
    expect(waits).toEqual([500, 1_000, 2_000, 500]);
  });

  it('takes silence for a lost connection', () => {
    const { started, sockets, states } = aLiveSocket();
    const socket = started();
    vi.advanceTimersByTime(7_999);
    expect(socket.closed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(socket.closed).toBe(true);
    expect(states.at(-1)?.kind).toBe('waiting');
    socket.drop();
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(2);
  });

  it('holds its place while paused, through a reconnect too', () => {
    const { live, started, newest, events, reconnected } = aLiveSocket();
    const { id } = started().subscribed;
    live.hold();
    expect(newest().sent.at(-1)).toEqual({ type: 'unsubscribe', id });
    events.rows.mockClear();
    newest().say(aRows({ id, cursor: 'unseen' }));
    expect(events.rows).not.toHaveBeenCalled();
    reconnected();
    expect(newest().sent).toEqual([]);
    live.resume();
    expect(newest().subscribed.cursor).toBe('after snapshot');
  });

  it('tries at once when asked to', () => {
    const { live, newest, sockets } = aLiveSocket();
    live.open();
    newest().drop();
    live.retryNow();
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(2);
  });

  it('says when the server speaks another version', () => {
    const { live, newest, events } = aLiveSocket();
    live.open();
    newest().open();
    const hello = {
      type: 'hello',
      now: 0,
      bucketMs: 15_000,
      horizonMs: 3_600_000,
      retentionMs: 3_600_000,
    } as const;
    newest().say({ ...hello, version: LIVE_VERSION });
    expect(events.outdated).not.toHaveBeenCalled();
    newest().say({ ...hello, version: LIVE_VERSION + 1 });
    expect(events.outdated).toHaveBeenCalledOnce();
  });

  it('plays on from the playhead after a reconnect, with no cursor', () => {
    const { live, newest, started, reconnected } = aLiveSocket();
    started();
    const play = { at: 1_000, speed: 10, spanMs: 300_000 };
    live.watch({ ...WATCH, since: 1_000, until: 9_000_000, play });
    newest().say(aSnapshot([1], { id: newest().subscribed.id, now: 46_000 }));
    reconnected();
    expect(newest().subscribed).toMatchObject({ play: { ...play, at: 46_000 } });
    expect(newest().subscribed).not.toHaveProperty('cursor');
  });

  it('hands on how far a reading of its question is', () => {
    const { started, newest, events } = aLiveSocket();
    const { id } = started().subscribed;
    newest().say({ type: 'progress', id, done: 0.25 });
    newest().say({ type: 'progress', id: id - 1, done: 0.5 });
    expect(events.progress.mock.calls).toEqual([[0.25]]);
  });

  it('hands on errors about its question and about the connection', () => {
    const { started, newest, events } = aLiveSocket();
    const { id } = started().subscribed;
    newest().say({ type: 'error', id, code: 'filter-syntax', message: 'no', span: [0, 2] });
    newest().say({ type: 'error', id: id - 1, code: 'filter-syntax', message: 'old' });
    newest().say({ type: 'error', code: 'too-many', message: 'all' });
    expect(events.error.mock.calls.map(([error]) => error.message)).toEqual(['no', 'all']);
  });
});

const HEALTH: LiveMessage = aHealth();
