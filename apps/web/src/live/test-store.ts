import { millis } from '@vibrissa/model';
import type { LiveMessage, LiveRequest, Rows, Subscribe } from '@vibrissa/protocol/messages';
import type { SocketLike } from './live-socket.js';
import { LiveStore } from './live-store.js';

/** A store with a connection that tests speak through; its tasks run at once and its clock stands. */
export function aConnectedStore(now = 1_000_000_000_000) {
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
    clock: { now: () => millis(now) },
    after: (ms, task) => {
      // Repaints are due at once; retries and the watch for silence never come.
      if (ms <= 250) queueMicrotask(task);
      return () => {};
    },
    random: () => 1,
    reload: () => {},
  });
  store.open();
  // The handlers under test are closures and read no `this`.
  const self = socket as WebSocket;
  socket.onopen?.call(self, new Event('open'));
  const subscribed = (): Subscribe => {
    const last = sent.findLast((request) => request.type === 'subscribe');
    if (last === undefined) throw new Error('nothing was subscribed to');
    return last;
  };
  const say = (message: LiveMessage): void => {
    socket.onmessage?.call(self, new MessageEvent('message', { data: JSON.stringify(message) }));
  };
  say({ type: 'hello', version: 2, now, bucketMs: 15_000, horizonMs: 3_600_000, retentionMs: 604_800_000 });
  return { store, sent, subscribed, say, answer: (rows: Rows) => say({ ...rows, id: subscribed().id }) };
}
