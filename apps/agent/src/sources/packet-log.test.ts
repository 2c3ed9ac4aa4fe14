import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type CounterName, type FlowRecord, millis } from '@vibrissa/model';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { newCounts } from '../counts.js';
import { AddressBook } from '../pods/address-book.js';
import { workload } from '../pods/identity.js';
import { WhoHas } from '../pods/who-has.js';
import { recordsOf } from '../testing/run-source.js';
import { until } from '../testing/until.js';
import { calicoLog } from './calico-log.js';
import type { FlowSource } from './flow-source.js';
import { type PacketLogOptions, packetLog } from './packet-log.js';
import { standardInput } from './standard-input.js';

function open(raw: FlowSource, options: Partial<PacketLogOptions> = {}) {
  const book = new AddressBook();
  book.take('10.0.0.1', 'a', workload('shop', 'web', null, true), millis(0));
  const counts = newCounts();
  const source = packetLog({
    raw,
    prefix: 'calico-packet',
    bootedAt: null,
    countsOnlyDenied: false,
    intervalMs: 5_000,
    node: 'n1',
    who: new WhoHas([book], 'cali'),
    clock: { now: () => millis(1_795_314_400_000) },
    log: pino({ level: 'silent' }),
    counts,
    ...options,
  });
  return { source, counts };
}

const text = (...lines: string[]) =>
  standardInput(Readable.from([Buffer.from(lines.map((line) => `${line}\n`).join(''))]), 100, () => {});

const packet = (prefix: string, more: { sport?: number; dst?: string; dport?: number; at?: string } = {}) => {
  const { sport = 4000, dst = '10.0.0.9', dport = 5432, at = '2026-11-22T02:25:27Z' } = more;
  return `${at} node kernel: ${prefix} IN=cali1 OUT=eth0 SRC=10.0.0.1 DST=${dst} LEN=60 PROTO=TCP SPT=${sport} DPT=${dport} SYN URGP=0`;
};

const sum = (records: readonly FlowRecord[], name: CounterName) =>
  records.reduce((all, { counters }) => all + (counters[name] ?? 0), 0);

describe('packets that rules logged', () => {
  it('are flows with the verdict and the rule', async () => {
    const { source } = open(text(packet('DPE3|gnp/security.block'), packet('DPE3|gnp/security.block')));
    const [record, ...rest] = await recordsOf(source);
    expect(rest).toEqual([]);
    expect(record?.key).toMatchObject({
      source: { kind: 'workload', namespace: 'shop', name: 'web' },
      dest: { kind: 'network', name: 'pvt', address: '10.0.0.9' },
      port: 5432,
      protocol: 'tcp',
      reporter: 'src',
      verdict: 'deny',
      trace: {
        enforced: [
          {
            kind: 'GlobalNetworkPolicy',
            name: 'security.block',
            tier: 'security',
            action: 'deny',
            ruleIndex: 3,
          },
        ],
      },
    });
    // The second packet is the first tried again.
    expect(record?.counters).toEqual({
      packetsOut: 2,
      bytesOut: 120,
      packetsIn: null,
      bytesIn: null,
      connectionsStarted: 1,
      connectionsCompleted: null,
      connectionsLive: null,
    });
  });

  it('by several rules on their way are one flow with all of them, and count once', async () => {
    const { source, counts } = open(
      text(packet('PPE2|gnp/security.next'), packet('PPE|platform'), packet('APE1|np/shop/default.let')),
    );
    const records = await recordsOf(source);
    expect(records.map(({ key, counters }) => [key.verdict, counters.packetsOut])).toEqual([['allow', 1]]);
    expect(
      records[0]?.key.trace.enforced.map((hit) => [hit.policyIndex, hit.tier, hit.name, hit.action]),
    ).toEqual([
      [0, 'security', 'security.next', 'pass'],
      [1, 'platform', '', 'pass'],
      [2, 'default', 'default.let', 'allow'],
    ]);
    expect(counts.undecided).toBe(0);
  });

  it('at both ends are a flow each, however their lines mix', async () => {
    const { source } = open(
      text(
        packet('PPE0|gnp/a.next'),
        packet('PPI0|gnp/a.next'),
        packet('DPI|default'),
        packet('ARE0|kns.shop'),
      ),
    );
    const told = (await recordsOf(source)).map(({ key }) => [
      key.reporter,
      key.verdict,
      key.trace.enforced.map(({ action }) => action).join(' '),
    ]);
    expect(told.sort()).toEqual([
      ['dst', 'deny', 'pass deny'],
      ['src', 'allow', 'pass allow'],
    ]);
  });

  it('of which no rule was seen to decide have no verdict, and are counted', async () => {
    const { source, counts } = open(
      text(packet('PPE0|gnp/a.next'), packet('APE1|gnp/b.let', { sport: 4001 })),
    );
    const records = await recordsOf(source);
    expect(records.map(({ key, counters }) => [key.verdict, counters.packetsOut])).toEqual([
      ['allow', 1],
      ['unknown', null],
    ]);
    expect(counts.undecided).toBe(1);
  });

  it('wait for their decision while the log goes on, but not for long', async () => {
    let now = 1_795_314_400_000;
    let read: () => void = () => {};
    const raw: FlowSource = {
      name: 'log',
      pieces: async function* (signal) {
        yield { lines: [packet('PPE0|gnp/a.next')], numbers: [1], checkpoint: null };
        read();
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      },
    };
    const isRead = new Promise<void>((resolve) => {
      read = resolve;
    });
    let looks = 0;
    const clock = {
      now: () => {
        looks++;
        return millis(now);
      },
    };
    const { source, counts } = open(raw, { clock, intervalMs: 5 });
    const records = recordsOf(source, 1);
    await isRead;
    now += 1_999;
    const before = looks;
    await until(() => looks > before + 1);
    expect(counts.undecided).toBe(0);
    now += 1;
    expect((await records).map(({ key }) => key.verdict)).toEqual(['unknown']);
    expect(counts.undecided).toBe(1);
  });

  it('that were let through are counted by connection tracking where that is followed too', async () => {
    const lines = text(packet('APE1|gnp/b.let'), packet('DPE3|gnp/security.block'));
    const records = await recordsOf(open(lines, { countsOnlyDenied: true }).source);
    expect(records.map(({ key, counters }) => [key.verdict, counters.packetsOut, counters.bytesOut])).toEqual(
      [
        ['allow', null, null],
        ['deny', 1, 60],
      ],
    );
  });

  it('of which nothing more is known have no verdict, and are seen from the pod’s side', async () => {
    const { source } = open(text(packet('calico-packet:')));
    const [record] = await recordsOf(source);
    expect(record?.key).toMatchObject({
      verdict: 'unknown',
      reporter: 'src',
      trace: { enforced: [], pending: [] },
    });
  });

  it('have the service where its own address was called, and none by the pods behind it', async () => {
    const book = new AddressBook();
    const service = { namespace: 'shop', name: 'cart', portName: 'grpc', port: 5432 };
    book.setService('10.96.0.7', 'tcp', service);
    book.take('10.0.0.7', 'b', workload('shop', 'cart', null, true), millis(0));
    const { source } = open(
      text(
        packet('DPE|default', { dst: '10.96.0.7' }),
        packet('DPE|default', { dst: '10.96.0.7', dport: 22 }),
        packet('DPE|default', { dst: '10.0.0.7' }),
      ),
      { who: new WhoHas([book], 'cali') },
    );
    const records = await recordsOf(source);
    expect(records.map(({ key }) => [key.dest.address || key.dest.name, key.port, key.service])).toEqual([
      ['10.96.0.7', 5432, service],
      ['10.96.0.7', 22, null],
      ['cart', 5432, null],
    ]);
  });

  it('of different intervals are records of their own, however they are read', async () => {
    const { source } = open(
      text(packet('calico-packet:'), packet('calico-packet:', { at: '2026-11-22T02:26:27Z', sport: 4001 })),
    );
    const records = await recordsOf(source);
    expect(records.map(({ start }) => start)).toEqual([1_795_314_327_000, 1_795_314_387_000]);
  });

  it('leave other lines alone, and what is broken out', async () => {
    const { source, counts } = open(
      text('usb 1-1: new device', 'calico-packet: IN=a OUT=b SRC=x', packet('calico-packet:')),
    );
    expect(await recordsOf(source)).toHaveLength(1);
    expect([counts.skipped, counts.refused]).toEqual([1, 1]);
  });

  it('are told before the log’s failure', async () => {
    const raw: FlowSource = {
      name: 'failing',
      pieces: async function* () {
        yield { lines: [packet('calico-packet:')], numbers: [1], checkpoint: null };
        throw new Error('broken');
      },
    };
    const lines: string[] = [];
    const { source } = open(raw);
    const run = async () => {
      for await (const piece of source.pieces(new AbortController().signal)) lines.push(...piece.lines);
    };
    await expect(run()).rejects.toThrow('broken');
    expect(lines).toHaveLength(1);
  });

  it('keep their place in the log with the last record of what was read', async () => {
    const place = { inode: '1', offset: 10, line: 1, headLength: 1, headCrc: 1, source: 'packet-log' };
    const raw: FlowSource = {
      name: 'log',
      pieces: async function* () {
        yield { lines: [packet('calico-packet:')], numbers: [1], checkpoint: null };
        yield { lines: [packet('DPE|default')], numbers: [2], checkpoint: place };
      },
    };
    const pieces = [];
    for await (const piece of open(raw).source.pieces(new AbortController().signal)) pieces.push(piece);
    expect(pieces.at(-1)?.checkpoint).toEqual(place);
  });

  it('too many for one record are all told, and reading waits for that', async () => {
    const lines = Array.from({ length: 12_000 }, (_, at) =>
      packet('calico-packet:', { dst: `10.1.${at >> 8}.${at & 255}` }),
    );
    const { source } = open(text(...lines));
    const records = await recordsOf(source);
    expect(sum(records, 'packetsOut')).toBe(12_000);
  });
});

const folder = new URL('../../../../../shared/data/packetlog/', import.meta.url);
describe.runIf(existsSync(folder))('captured logs', () => {
  it.each([
    ['calico-docs.log', 3, / DST=\S+ LEN=(\d+)/g],
    ['realkernel/ulogd-calico-packet.log', 47, / DST=\S+ LEN=(\d+)/g],
    ['realkernel/ulogd-nflog.ndjson', 91, /"raw\.pktlen": (\d+)/g],
  ])('%s sums up to its packets and bytes', async (name, packets, bytes) => {
    const path = fileURLToPath(new URL(name, folder));
    const raw = calicoLog({ path, from: null, once: true, pollMs: 10, maxLines: 50, onTrouble: () => {} });
    const { source, counts } = open(raw);
    const records = await recordsOf(source);
    const told = [...readFileSync(path, 'utf8').matchAll(bytes)].reduce((all, [, n]) => all + Number(n), 0);
    expect([counts.refused, counts.skipped]).toEqual([0, 0]);
    expect(sum(records, 'packetsIn') + sum(records, 'packetsOut')).toBe(packets);
    expect(sum(records, 'bytesIn') + sum(records, 'bytesOut')).toBe(told);
  });
});

if (!existsSync(folder)) console.warn(`no captures at ${folder.pathname}: their tests are left out`);
