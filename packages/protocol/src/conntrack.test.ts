import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConntrackEntry, conntrackId, readConntrack } from './conntrack.js';
import { isProblem } from './record-problem.js';

function read(line: string): ConntrackEntry {
  const entry = readConntrack(line);
  if (isProblem(entry)) throw new Error(`${entry.field} ${entry.reason}: ${line}`);
  return entry;
}

describe('a line of conntrack', () => {
  it('is an event with its time', () => {
    const line =
      '[1795328929.195987]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT src=10.0.0.1 dst=10.96.0.1 sport=55378 dport=80 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=8080 dport=55378 id=23178919';
    expect(read(line)).toEqual({
      event: 'new',
      at: 1_795_328_929_195,
      protocol: 'tcp',
      state: 'SYN_SENT',
      original: side('10.0.0.1', 55_378, '10.96.0.1', 80),
      reply: side('10.0.0.2', 8080, '10.0.0.1', 55_378),
      isUnreplied: true,
      isAssured: false,
      id: 23_178_919,
      ageMs: null,
      zone: '',
    });
    expect(conntrackId(line)).toBe(23_178_919);
  });

  it('tells totals and age when the connection is over', () => {
    const line =
      '[1795328929.268333]\t[DESTROY] ipv4     2 tcp      6 119 TIME_WAIT src=127.0.0.1 dst=127.0.0.1 sport=55378 dport=9100 packets=5 bytes=1268 src=127.0.0.1 dst=127.0.0.1 sport=9100 dport=55378 packets=3 bytes=164 [ASSURED] delta-time=7 id=23178919 [USERSPACE] portid=9435 progname=conntrack';
    expect(read(line)).toMatchObject({
      event: 'destroy',
      state: 'TIME_WAIT',
      original: { packets: 5, bytes: 1268 },
      reply: { packets: 3, bytes: 164 },
      isAssured: true,
      ageMs: 7000,
      id: 23_178_919,
    });
    expect(conntrackId(line)).toBe(23_178_919);
  });

  it("does not take ICMP's id for the connection's", () => {
    const both = 'type=8 code=0 id=77 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=77';
    expect(read(`    [NEW] icmp     1 30 src=10.0.0.1 dst=10.0.0.2 ${both} id=3425728381`)).toMatchObject({
      protocol: 'icmp',
      id: 3_425_728_381,
      original: { sourcePort: 0, destPort: 0 },
    });
    expect(read(`ipv4     2 icmp     1 30 src=10.0.0.1 dst=10.0.0.2 ${both} mark=0 use=2`).id).toBeNull();
  });

  it('has IPv6 addresses in one spelling, and zones', () => {
    const line =
      'ipv6     10 udp      17 29 src=fd00:0000:0000:0000:0000:0000:0000:000A dst=fd00::b sport=46297 dport=53 packets=1 bytes=50 [UNREPLIED] src=fd00::b dst=fd00::a sport=53 dport=46297 packets=0 bytes=0 mark=0 zone=3 use=2';
    expect(read(line)).toMatchObject({
      protocol: 'udp',
      state: '',
      zone: 'zone=3',
      original: { source: 'fd00::a', dest: 'fd00::b', bytes: 50 },
    });
  });

  it('of a protocol without a name has its number', () => {
    expect(
      read(
        'ipv4     2 unknown  89 599 src=10.0.0.1 dst=224.0.0.5 [UNREPLIED] src=224.0.0.5 dst=10.0.0.1 use=2',
      ).protocol,
    ).toBe('89');
  });

  it.each([
    ['', '(line)'],
    ['garbage', 'src'],
    ['tcp 6 1 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2', 'reply src'],
    ['tcp 6 1 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=65536 src=1.1.1.1 dst=2.2.2.2', 'dport'],
    ['tcp 6 1 src=10.0.0.256 dst=10.0.0.2 src=1.1.1.1 dst=2.2.2.2', 'src'],
    ['tcp 6 1 src=10.0.0.1 dst=10.0.0.2 src=1.1.1.1', 'dst'],
    ['tcp 6 1 src=10.0.0.1 dst=10.0.0.2 bytes=-1 src=1.1.1.1 dst=2.2.2.2', 'bytes'],
    ['tcp 6 1 src=1.1.1.1 dst=1.1.1.1 src=1.1.1.1 dst=1.1.1.1 src=1.1.1.1', 'src'],
    [`tcp 6 ${'x'.repeat(3_000)}`, '(line)'],
  ])('is refused by the field that is wrong: %s', (line, field) => {
    expect(readConntrack(line)).toMatchObject({ field, remedy: expect.any(String) });
  });

  it('is read or refused whatever it holds', () => {
    const word = fc.constantFrom(
      'tcp 6',
      'udp 17 29',
      'ipv4 2',
      'src=10.0.0.1',
      'dst=10.0.0.2',
      'src=::1',
      'sport=80',
      'dport=443',
      'packets=5',
      'bytes=99999999999999999999',
      '[UNREPLIED]',
      '[NEW]',
      '[1795328929.268333]',
      'id=5',
      'type=8',
      'delta-time=1',
      'zone=1',
      '=',
      '[',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word, { maxLength: 24 }).map((w) => w.join(' ')),
    );
    fc.assert(
      fc.property(text, (line) => {
        const entry = readConntrack(line);
        if (isProblem(entry)) return entry.field !== '' && entry.reason !== '';
        return entry.original.dest !== '' && entry.reply.source !== '' && entry.protocol !== '';
      }),
      { numRuns: 10_000 },
    );
  });

  it('is read back as it was written', () => {
    const ip = fc.oneof(fc.ipV4(), fc.ipV6().map(full));
    const port = fc.integer({ min: 0, max: 65_535 });
    const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    const tuple = fc.record({
      source: ip,
      dest: ip,
      sourcePort: port,
      destPort: port,
      packets: count,
      bytes: count,
    });
    const id = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(tuple, tuple, id, fc.boolean(), (original, reply, number, isUnreplied) => {
        const flag = isUnreplied ? '[UNREPLIED] ' : '';
        const line = `ipv4     2 tcp      6 10 ESTABLISHED ${write(original)} ${flag}${write(reply)} mark=0 use=1 id=${number}`;
        expect(read(line)).toMatchObject({ original, reply, isUnreplied, id: number, state: 'ESTABLISHED' });
        expect(conntrackId(line)).toBe(number);
      }),
      { numRuns: 10_000 },
    );
  });
});

const folder = new URL('../../../../shared/data/packetlog/', import.meta.url);
describe.runIf(existsSync(folder))('captured lines', () => {
  const linesOf = (name: string) => readFileSync(new URL(name, folder), 'utf8').split('\n').filter(Boolean);

  it('are all read', () => {
    const counts = [
      'realkernel/conntrack-E.txt',
      'realkernel/conntrack-L.txt',
      'community-conntrack.txt',
    ].map((name) => linesOf(name).map(read).length);
    expect(counts).toEqual([720, 120, 14]);
  });

  it('sum up to the bytes and packets the file has, in every form', () => {
    for (const name of ['conntrack-L.txt', 'conntrack-L-extended.txt', 'proc-nf_conntrack.txt']) {
      const lines = linesOf(`realkernel/${name}`);
      const entries = lines.map(read);
      for (const field of ['bytes', 'packets'] as const) {
        const told = [...lines.join('\n').matchAll(new RegExp(`${field}=(\\d+)`, 'g'))];
        const sum = entries.reduce(
          (all, { original, reply }) => all + (original[field] ?? 0) + (reply[field] ?? 0),
          0,
        );
        expect(sum).toBe(told.reduce((all, [, count]) => all + Number(count), 0));
      }
    }
  });
});

if (!existsSync(folder)) console.warn(`no captures at ${folder.pathname}: their tests are left out`);

function side(source: string, sourcePort: number, dest: string, destPort: number) {
  return { source, dest, sourcePort, destPort, packets: null, bytes: null };
}

function full(ip: string): string {
  return new URL(`http://[${ip}]`).hostname.slice(1, -1);
}

function write(tuple: Record<string, string | number>): string {
  const { source, dest, sourcePort, destPort, packets, bytes } = tuple;
  return `src=${source} dst=${dest} sport=${sourcePort} dport=${destPort} packets=${packets} bytes=${bytes}`;
}
