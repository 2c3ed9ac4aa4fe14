import { existsSync, readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CounterName, type FlowRecord, millis } from '@vibrissa/model';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { newCounts } from '../counts.js';
import { AddressBook } from '../pods/address-book.js';
import { readEndpoints } from '../pods/endpoints-text.js';
import { WhoHas } from '../pods/who-has.js';
import { recordsOf } from '../testing/run-source.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { until } from '../testing/until.js';
import { type ConntrackOptions, conntrackSource } from './conntrack.js';

function open(options: Partial<ConntrackOptions>) {
  const counts = newCounts();
  const logged: string[] = [];
  const source = conntrackSource({
    mode: 'events',
    command: 'conntrack',
    file: '/nowhere',
    intervalMs: 50,
    listMs: 0,
    maxConnections: 1_000,
    once: true,
    node: 'n1',
    who: new WhoHas([], ''),
    clock: { now: () => millis(1_795_314_330_000) },
    log: pino({ level: 'info' }, { write: (line: string) => logged.push(line) }),
    counts,
    ...options,
  });
  return { source, counts, logged };
}

/** A program in conntrack's place: `events` and `list` are what it says, in the shell's words. */
async function program(events: string, list = ''): Promise<string> {
  const path = join(await temporaryFolder(), 'conntrack');
  await writeFile(path, `#!/bin/sh\nif [ "$1" = -E ]; then\n${events}\nelse\n:\n${list}\nfi\n`);
  await chmod(path, 0o755);
  return path;
}

const sum = (records: readonly FlowRecord[], name: CounterName) =>
  records.reduce((all, { counters }) => all + (counters[name] ?? 0), 0);

const NEW =
  '[NEW] udp 17 30 src=10.0.0.1 dst=8.8.8.8 sport=5000 dport=53 [UNREPLIED] src=8.8.8.8 dst=10.0.0.1 sport=53 dport=5000 id=7';

describe('the connections of a node', () => {
  it('are flows of the events that conntrack tells', async () => {
    const { source, counts } = open({ command: await program(`echo '${NEW}'; echo garbage; echo '${NEW}'`) });
    const records = await recordsOf(source);
    expect(records).toHaveLength(1);
    expect(records[0]?.key).toMatchObject({
      dest: { kind: 'network', name: 'pub', address: '8.8.8.8' },
      port: 53,
    });
    expect(records[0]?.counters.connectionsStarted).toBe(2);
    expect(counts.refused).toBe(1);
  });

  it('have their bytes from listings while they last', async () => {
    const entry =
      'tcp 6 9 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=5 dport=80 packets=2 bytes=200 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=5 packets=1 bytes=90 [ASSURED] id=3';
    const marks = join(await temporaryFolder(), 'marks');
    const command = await program('exec sleep 30', `echo '${entry}'; echo x >> '${marks}'`);
    const { source } = open({ command, listMs: 10, once: false });
    // What was there before is not ours; a second try of the same source counts on from the first.
    const stop = new AbortController();
    const before: string[] = [];
    const first = (async () => {
      for await (const { lines } of source.pieces(stop.signal)) before.push(...lines);
    })();
    await until(() => existsSync(marks) && readFileSync(marks, 'utf8').length > 3);
    stop.abort();
    await first;
    expect(before).toEqual([]);
    await writeFile(command, readFileSync(command, 'utf8').replace('bytes=200', 'bytes=260'));
    const records = await recordsOf(source, 1);
    expect(sum(records, 'bytesIn')).toBe(60);
  });

  it('are not told when the program is missing or fails, which is said', async () => {
    const missing = open({ command: '/nowhere/conntrack' });
    await expect(recordsOf(missing.source)).rejects.toMatchObject({ code: 'no-program' });
    const failing = open({
      command: await program(`echo '${NEW}'; echo 'Operation not permitted' >&2; exit 1`),
    });
    await expect(recordsOf(failing.source)).rejects.toMatchObject({
      code: 'program-failed',
      message: expect.stringMatching(/code 1: Operation not permitted/),
    });
  });

  it('are told before a failure ends it, and lost events are counted', async () => {
    const command = await program(
      `echo '${NEW}'; echo 'WARNING: We have hit ENOBUFS! We are losing events.' >&2; exit 3`,
    );
    const { source, counts } = open({ command });
    const lines: string[] = [];
    await expect(
      (async () => {
        for await (const piece of source.pieces(new AbortController().signal)) lines.push(...piece.lines);
      })(),
    ).rejects.toThrow('code 3');
    expect(lines).toHaveLength(1);
    expect(counts.overruns).toBe(1);
  });

  it('cannot be read from a file that is not there', async () => {
    const { source } = open({ mode: 'proc', file: '/nowhere/nf_conntrack' });
    await expect(recordsOf(source)).rejects.toThrow(/^VIBRISSA_AGENT_CONNTRACK_FILE=/);
  });
});

const folder = new URL('../../../../../shared/data/packetlog/realkernel/', import.meta.url);
describe.runIf(existsSync(folder))('captured connections', () => {
  const linesOf = (name: string) => readFileSync(new URL(name, folder), 'utf8').split('\n').filter(Boolean);
  const who = () => {
    const book = new AddressBook();
    const endpoints = readEndpoints(
      `${readFileSync(new URL('endpoints.txt', folder), 'utf8')}service hipstershop/cartservice 10.96.7.70 7070:grpc\n`,
    );
    for (const { ip, identity } of endpoints.owners) book.take(ip, ip, identity, millis(0));
    for (const { ip, protocol, service } of endpoints.services) book.setService(ip, protocol, service);
    return new WhoHas([book], 'cali');
  };

  it.each(['proc-nf_conntrack.txt', 'conntrack-L.txt', 'conntrack-L-extended.txt'])(
    'in %s sum up to the bytes and packets of its lines',
    async (name) => {
      const { source, counts } = open({
        mode: 'proc',
        file: fileURLToPath(new URL(name, folder)),
        who: who(),
      });
      const records = await recordsOf(source);
      const told = (field: string) =>
        [
          ...linesOf(name)
            .join('\n')
            .matchAll(new RegExp(` ${field}=(\\d+)`, 'g')),
        ].reduce((all, [, n]) => all + Number(n), 0);
      expect(counts.refused).toBe(0);
      expect(sum(records, 'bytesIn') + sum(records, 'bytesOut')).toBe(told('bytes'));
      expect(sum(records, 'packetsIn') + sum(records, 'packetsOut')).toBe(told('packets'));
      expect(sum(records, 'connectionsStarted')).toBe(linesOf(name).length);
      // Three kinds of call, one of them by a service address.
      expect(
        records
          .map(({ key }) => `${key.source.name} ${key.dest.name} ${key.port} ${key.service?.name}`)
          .sort(),
      ).toEqual([
        'cartservice redis-cart 6379 undefined',
        'frontend cartservice 7070 cartservice',
        'loadgen frontend 8080 undefined',
      ]);
    },
  );

  it('as events began and ended, each once', async () => {
    const command = await program(`cat '${fileURLToPath(new URL('conntrack-E.txt', folder))}'`);
    const { source, counts } = open({ command, who: who() });
    const records = await recordsOf(source);
    expect(counts.refused).toBe(0);
    expect([sum(records, 'connectionsStarted'), sum(records, 'connectionsCompleted')]).toEqual([120, 120]);
    expect(new Set(records.map(({ key }) => key.reporter))).toEqual(new Set(['src']));
  });
});

if (!existsSync(folder)) console.warn(`no captures at ${folder.pathname}: their tests are left out`);
