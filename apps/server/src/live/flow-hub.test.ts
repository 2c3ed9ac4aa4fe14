import type { FlowRecord } from '@vibrissa/model';
import { isProblem, readRecord } from '@vibrissa/protocol';
import type { Rows, Subscribe } from '@vibrissa/protocol/messages';
import { HotStore } from '@vibrissa/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandClock, line } from '../test-server.js';
import { FlowHub } from './flow-hub.js';
import { liveFlows } from './live-flows.js';

const START = 1_770_000_000_000;
const WATCH: Subscribe = {
  type: 'subscribe',
  id: 1,
  filter: 'bytes<5000',
  grouping: 'connection',
  since: -60_000,
};

let clock: HandClock;
let store: HotStore;
let hub: FlowHub;
let ending: AbortController;

beforeEach(() => {
  clock = new HandClock(START);
  store = new HotStore({ clock, bucketMs: 15_000, buckets: 40, maxSlots: 1_000_000 });
  hub = new FlowHub({ store, clock, boot: 'test', newSince: () => null });
  ending = new AbortController();
});

afterEach(() => ending.abort());

function record(change: Record<string, unknown> = {}): FlowRecord {
  const read = readRecord(line({ start: clock.now(), ...change }));
  if (isProblem(read)) throw new Error(read.reason);
  return read;
}

type Message = Pick<Rows, 'phase' | 'defs' | 'rows' | 'gone'>;

/** A reader; each call gives the next message it is sent. */
function reader(): () => Promise<Message> {
  const chunks = liveFlows(WATCH, hub, store, ending.signal);
  return async () => {
    const { value } = await chunks.next();
    if (value === undefined || !('body' in value)) throw new Error('no rows came');
    return JSON.parse(value.body) as Message;
  };
}

describe('FlowHub', () => {
  it('tells every reader what a new row is, whoever was shown it first', async () => {
    const first = reader();
    expect((await first()).rows).toHaveLength(0);
    store.append([record()]);
    const second = reader();
    expect((await second()).defs).toHaveLength(1);
    hub.tick();
    expect((await first()).defs).toHaveLength(1);
  });

  it('takes back a row that one reader was shown and that no longer matches when it is published', async () => {
    const first = reader();
    await first();
    store.append([record()]);
    const second = reader();
    expect((await second()).rows).toHaveLength(1);
    store.append([record({ bytesIn: 1_000_000 })]);
    hub.tick();
    expect((await second()).gone).toHaveLength(1);
  });

  it('publishes a whole bucket that slides out, in pieces, as gone', async () => {
    const ports = Array.from({ length: 3_000 }, (_, at) => at + 1);
    store.append(ports.map((port) => record({ port })));
    hub.tick();
    const next = reader();
    for (let rows = 0; rows < ports.length; ) rows += (await next()).rows.length;
    clock.advance(90_000);
    hub.tick();
    expect((await next()).gone).toHaveLength(ports.length);
  });

  it('takes no cursor for more than was published, at a coarse grouping that is published less often too', async () => {
    const channel = hub.channel({ ...WATCH, grouping: 'namespace' });
    const before = hub.cursorOf(channel);
    store.append([record()]);
    hub.tick();
    expect(hub.cursorOf(channel)).toBe(before);
  });
});
