import { type FlowRecord, millis } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlowAggregator } from '../aggregate/flow-aggregator.js';
import { AddressBook } from '../pods/address-book.js';
import { workload } from '../pods/identity.js';
import { WhoHas } from '../pods/who-has.js';
import { ConnectionTracker, type TrackerOptions } from './connection-tracker.js';

const NOW = 1_700_000_000_000;
const CLIENT = '10.0.0.1';
const SERVER = '10.0.0.2';
const VIP = '10.96.0.7';

function setUp(options: Partial<TrackerOptions> = {}) {
  const book = new AddressBook();
  book.take(CLIENT, 'client', workload('shop', 'client', ['app=client'], true), millis(0));
  book.take(SERVER, 'server', workload('shop', 'server', null, true), millis(0));
  book.setService(VIP, 'tcp', { namespace: 'shop', name: 'cart', portName: 'grpc', port: 80 });
  let now = NOW;
  const clock = { now: () => millis(now) };
  const problems: string[] = [];
  const flows = new FlowAggregator({ node: 'n1', intervalMs: 3_600_000, maxRecords: 1_000 });
  const tracker = new ConnectionTracker({
    who: new WhoHas([book], 'cali'),
    flows,
    clock,
    maxConnections: 1_000,
    hasEvents: true,
    hasListings: true,
    countsFromStart: false,
    onProblem: ({ field }) => problems.push(field),
    ...options,
  });
  const list = (...lines: string[]) => {
    tracker.beginListing();
    for (const line of lines) tracker.listed(line);
    tracker.endListing();
  };
  return {
    book,
    tracker,
    problems,
    list,
    drain: () => flows.drain(tracker.liveOf),
    one: (): FlowRecord => {
      const records = flows.drain(tracker.liveOf);
      if (records[0] === undefined || records.length > 1) throw new Error(`${records.length} records`);
      return records[0];
    },
    pass: (ms: number) => {
      now += ms;
    },
    stamp: () => `[${(now / 1000).toFixed(6)}]\t`,
  };
}

const ports = (sport: number) => ({
  original: `src=${CLIENT} dst=${VIP} sport=${sport} dport=80`,
  reply: `src=${SERVER} dst=${CLIENT} sport=8080 dport=${sport}`,
});

/** A line about a connection by the service, as the kernel's tools write them. */
function line(
  what: string,
  id: number,
  more: { sport?: number; sent?: number; got?: number; silent?: boolean; age?: number } = {},
) {
  const { sport = 4000, sent, got = 0, silent = false, age } = more;
  const { original, reply } = ports(sport);
  const counts = (bytes: number) =>
    sent === undefined ? '' : ` packets=${Math.ceil(bytes / 100)} bytes=${bytes}`;
  return `${what} ${original}${counts(sent ?? 0)}${silent ? ' [UNREPLIED]' : ''} ${reply}${counts(got)}${age === undefined ? '' : ` delta-time=${age}`} id=${id}`;
}

const begun = (id: number, more = {}) => line('[NEW] tcp      6 120 SYN_SENT', id, { silent: true, ...more });
const answered = (id: number) => line(' [UPDATE] tcp      6 60 SYN_RECV', id);
const closed = (id: number) => line(' [UPDATE] tcp      6 120 TIME_WAIT', id);
const ended = (id: number, more = {}) => line('[DESTROY] tcp      6', id, { sent: 500, got: 2_000, ...more });
const listed = (id: number, more = {}) =>
  line('tcp      6 100 ESTABLISHED', id, { sent: 500, got: 2_000, ...more });

describe('events about a connection', () => {
  it('tell it once, from the workload to the one that answered, by the service', () => {
    const { tracker, one } = setUp({ hasListings: false });
    for (const text of [begun(1), answered(1), closed(1), ended(1)]) tracker.event(text);
    const record = one();
    expect(record.key).toMatchObject({
      source: { kind: 'workload', namespace: 'shop', name: 'client' },
      dest: { kind: 'workload', namespace: 'shop', name: 'server' },
      port: 8080,
      protocol: 'tcp',
      service: { namespace: 'shop', name: 'cart', portName: 'grpc', port: 80 },
      reporter: 'src',
      verdict: 'unknown',
      trace: { enforced: [], pending: [] },
    });
    expect(record.counters).toEqual({
      packetsOut: 5,
      bytesOut: 500,
      packetsIn: 20,
      bytesIn: 2_000,
      connectionsStarted: 1,
      connectionsCompleted: 1,
      connectionsLive: 0,
    });
    expect(record.sourceLabels).toEqual(['app=client']);
    expect(record.evidence.sourcePorts.kept).toEqual([['4000', 1]]);
    expect(record.evidence.drops.kept).toEqual([]);
  });

  it('leave bytes unknown until they are told', () => {
    const { tracker, one } = setUp();
    tracker.event(begun(1));
    expect(one().counters).toMatchObject({ bytesOut: null, connectionsStarted: 1, connectionsLive: 1 });
  });

  it('put an address that no service is known by into evidence', () => {
    const { tracker, book, one } = setUp();
    book.clearServices();
    tracker.event(begun(1));
    const { key, evidence } = one();
    expect(key.service).toBeNull();
    expect(evidence.destIps.kept.map(([ip]) => ip)).toEqual([SERVER, VIP]);
  });

  it('say that there was no reply, once', () => {
    const { tracker, drain, one, pass, stamp } = setUp({ hasListings: false });
    tracker.event(stamp() + begun(1));
    tracker.event(stamp() + begun(2, { sport: 4001 }));
    tracker.event(answered(2));
    tracker.tick();
    expect(one().evidence.drops.kept).toEqual([]);
    pass(4_000);
    tracker.tick();
    const said = one();
    expect(said.evidence.drops.kept).toEqual([['no reply', 1]]);
    expect(said.evidence.sourcePorts.kept).toEqual([['4000', 1]]);
    tracker.tick();
    expect(drain()).toEqual([]);
    tracker.event(ended(1, { silent: true, got: 0 }));
    expect(one().evidence.drops.kept).toEqual([]);
  });

  it('count an end once, whichever way it is told', () => {
    const { tracker, one } = setUp({ hasListings: false });
    for (const text of [begun(1), closed(1), closed(1), ended(1), begun(2), ended(2)]) tracker.event(text);
    expect(one().counters).toMatchObject({
      connectionsStarted: 2,
      connectionsCompleted: 2,
      connectionsLive: 0,
    });
  });

  it('name who had the address when the connection began', () => {
    const { tracker, book, drain, pass, stamp } = setUp({ hasListings: false });
    pass(60_000);
    book.take(SERVER, 'next', workload('shop', 'next', null, true), millis(NOW + 59_000));
    tracker.event(stamp() + ended(1, { age: 30 }));
    tracker.event(stamp() + begun(2));
    expect(drain().map(({ key }) => key.dest.name)).toEqual(['server', 'next']);
  });

  it('are reported by the destination when only that is here, else as forwarded', () => {
    const { tracker, drain } = setUp({ hasListings: false });
    tracker.event(
      '[NEW] udp 17 30 src=8.8.8.8 dst=10.0.0.2 sport=1 dport=53 [UNREPLIED] src=10.0.0.2 dst=8.8.8.8 sport=53 dport=1 id=1',
    );
    tracker.event(
      '[NEW] udp 17 30 src=8.8.8.8 dst=9.9.9.9 sport=1 dport=53 [UNREPLIED] src=9.9.9.9 dst=8.8.8.8 sport=53 dport=1 id=2',
    );
    expect(drain().map(({ key }) => [key.reporter, key.source.name, key.dest.address])).toEqual([
      ['dst', 'pub', ''],
      ['fwd', 'pub', '9.9.9.9'],
    ]);
  });

  it('that cannot be read are told of', () => {
    const { tracker, problems, drain } = setUp();
    tracker.event('[NEW] what is this');
    expect(problems).toEqual(['src']);
    expect(drain()).toEqual([]);
  });
});

describe('listings beside events', () => {
  it('tell what moved since, and the end tells the rest', () => {
    const { tracker, list, one } = setUp();
    list();
    tracker.event(begun(1));
    list(listed(1, { sent: 100, got: 200 }));
    expect(one().counters).toMatchObject({
      bytesOut: 100,
      bytesIn: 200,
      connectionsStarted: 1,
      connectionsLive: 1,
    });
    list(listed(1, { sent: 400, got: 300 }));
    expect(one().counters).toMatchObject({ bytesOut: 300, bytesIn: 100, connectionsStarted: null });
    tracker.event(ended(1, { sent: 500, got: 300 }));
    expect(one().counters).toMatchObject({
      bytesOut: 100,
      bytesIn: 0,
      connectionsCompleted: 1,
      connectionsLive: 0,
    });
    expect(tracker.size).toBe(0);
  });

  it('tell nothing of what was there before us but what moves from then on', () => {
    const { tracker, list, one, drain } = setUp();
    list(listed(1, { sent: 9_000, got: 9_000 }));
    expect(drain()).toEqual([]);
    list(listed(1, { sent: 9_010, got: 9_000 }));
    expect(one().counters).toMatchObject({ bytesOut: 10, bytesIn: 0, connectionsLive: 1 });
    tracker.event(ended(1, { sent: 9_011, got: 9_000 }));
    expect(one().counters).toMatchObject({ bytesOut: 1, connectionsCompleted: 1 });
  });

  it('do not tell again of a connection whose end came while they were written', () => {
    const { tracker, list, drain, one } = setUp();
    list();
    tracker.event(begun(1));
    tracker.beginListing();
    tracker.event(ended(1));
    expect(one().counters.bytesOut).toBe(500);
    tracker.listed(listed(1));
    tracker.endListing();
    expect(drain()).toEqual([]);
  });

  it('count from nothing when totals were set back, and when a number comes again', () => {
    const { tracker, list, one, drain } = setUp();
    list();
    list(listed(1, { sent: 100, got: 100 }));
    list(listed(1, { sent: 30, got: 100 }));
    expect(one().counters).toMatchObject({ bytesOut: 130, bytesIn: 100 });
    tracker.event(begun(1));
    drain();
    list(listed(1, { sent: 50, got: 0 }));
    expect(one().counters.bytesOut).toBe(50);
  });

  it('tell of ends whose event was lost, once enough of them have none', () => {
    const { list, one, drain } = setUp();
    list();
    list(listed(1));
    drain();
    list();
    list();
    expect(drain()).toEqual([]);
    list();
    expect(one().counters.connectionsCompleted).toBe(1);
  });
});

describe('listings alone', () => {
  it('tell beginnings, ends and what moved', () => {
    const { list, one, tracker } = setUp({ hasEvents: false });
    list();
    list(listed(1), listed(2, { sport: 4001 }));
    expect(one().counters).toMatchObject({ bytesOut: 1_000, connectionsStarted: 2, connectionsLive: 2 });
    list(line('tcp      6 100 TIME_WAIT', 1, { sent: 600, got: 2_000 }));
    expect(one().counters).toMatchObject({
      bytesOut: 100,
      connectionsStarted: null,
      connectionsCompleted: 2,
      connectionsLive: 0,
    });
    expect(tracker.size).toBe(1);
  });

  it('say once that there is no reply', () => {
    const { list, drain } = setUp({ hasEvents: false });
    const silent = listed(1, { sent: 60, got: 0, silent: true });
    list();
    list(silent);
    list(silent);
    list(silent);
    expect(drain().map(({ evidence }) => evidence.drops.kept)).toEqual([[['no reply', 1]]]);
  });
});

it('reports what connections moved, each byte once, however events and listings fall', () => {
  // What happens to one of a few connections, or to all that watch them.
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ id: fc.integer({ min: 1, max: 4 }), moves: fc.integer({ min: 0, max: 900 }) }),
    },
    { weight: 2, arbitrary: fc.record({ ends: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 2, arbitrary: fc.constant({ lists: true as const }) },
    { weight: 1, arbitrary: fc.constant({ drains: true as const }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { tracker, list, drain } = setUp();
      list();
      const open = new Map<number, number>();
      let moved = 0;
      let started = 0;
      let completed = 0;
      const got: FlowRecord[] = [];
      const sport = (id: number) => 4_000 + id;
      const end = (id: number) => {
        const sent = open.get(id);
        if (sent === undefined) return;
        tracker.event(ended(id, { sent, got: 0, sport: sport(id) }));
        open.delete(id);
        completed++;
      };
      for (const now of steps) {
        if ('moves' in now) {
          if (!open.has(now.id)) {
            tracker.event(begun(now.id, { sport: sport(now.id) }));
            open.set(now.id, 0);
            started++;
          }
          open.set(now.id, (open.get(now.id) ?? 0) + now.moves);
          moved += now.moves;
        } else if ('ends' in now) end(now.ends);
        else if ('lists' in now)
          list(...[...open].map(([id, sent]) => listed(id, { sent, got: 0, sport: sport(id) })));
        else got.push(...drain());
      }
      for (const id of [...open.keys()]) end(id);
      got.push(...drain());
      const sum = (name: 'bytesOut' | 'connectionsStarted' | 'connectionsCompleted') =>
        got.reduce((all, { counters }) => all + (counters[name] ?? 0), 0);
      expect([sum('bytesOut'), sum('connectionsStarted'), sum('connectionsCompleted')]).toEqual([
        moved,
        started,
        completed,
      ]);
      expect(tracker.size).toBe(0);
    }),
    { numRuns: 1_000 },
  );
});
