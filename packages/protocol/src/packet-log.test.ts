import { existsSync, readFileSync } from 'node:fs';
import { millis } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoggedPacket } from './packet-log.js';
import { readLoggedPacket } from './packet-log-json.js';
import { readFelixPrefix } from './packet-log-prefix.js';
import { readPacketTime } from './packet-log-time.js';
import { isProblem } from './record-problem.js';

const NOW = millis(Date.parse('2026-11-22T12:00:00Z'));
const OPTIONS = { prefix: 'calico-packet', now: NOW, bootedAt: millis(1_000_000) };

function read(line: string): LoggedPacket {
  const packet = readLoggedPacket(line, OPTIONS);
  if (packet === null || isProblem(packet)) throw new Error(`${JSON.stringify(packet)}: ${line}`);
  return packet;
}

const PACKET =
  'IN=cali1 OUT=eth0 MAC=ee:ee SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TTL=63 ID=5 DF PROTO=TCP SPT=4000 DPT=80 WINDOW=1 RES=0x00 SYN URGP=0';

describe('a line of a packet log', () => {
  it('is a packet that a rule logged', () => {
    expect(read(`2024-11-19T12:15:03.023805-08:00 node kernel: calico-packet: ${PACKET}`)).toEqual({
      at: Date.parse('2024-11-19T20:15:03.023Z'),
      source: '10.0.0.1',
      dest: '10.0.0.2',
      protocol: 'tcp',
      sourcePort: 4000,
      destPort: 80,
      bytes: 60,
      inInterface: 'cali1',
      outInterface: 'eth0',
      isOpening: true,
      mark: '5',
      said: null,
    });
  });

  it('says what became of the packet where its prefix does', () => {
    expect(read(`Nov 22 02:25:27 node kernel: DPI|shop/deny ${PACKET}`).said).toMatchObject({
      verdict: 'deny',
      reporter: 'dst',
    });
  });

  it('has no ports for ICMP, and the length of the IP packet for UDP', () => {
    const icmp =
      'calico-packet: IN=a OUT=b SRC=10.0.0.1 DST=8.8.8.8 LEN=84 ID=58406 DF PROTO=ICMP TYPE=3 CODE=3 [SRC=8.8.8.8 DST=10.0.0.1 LEN=56 PROTO=UDP SPT=53 DPT=9 ]';
    expect(read(icmp)).toMatchObject({ protocol: 'icmp', destPort: 0, dest: '8.8.8.8', bytes: 84, at: null });
    const udp = 'calico-packet: IN=a OUT=b SRC=fe80::0:1 DST=ff02::1 LEN=96 PROTO=UDP SPT=1 DPT=53 LEN=76';
    expect(read(udp)).toMatchObject({ source: 'fe80::1', bytes: 96, isOpening: true });
  });

  it('is a record of /dev/kmsg, with its time since boot', () => {
    expect(read(`4,1234,5000123,-;calico-packet: ${PACKET}`).at).toBe(1_000_000 + 5_000);
  });

  it('is an entry of the journal', () => {
    const entry = { MESSAGE: `calico-packet: ${PACKET}`, __REALTIME_TIMESTAMP: '1795314327072024' };
    expect(read(JSON.stringify(entry)).at).toBe(1_795_314_327_072);
    expect(readLoggedPacket(JSON.stringify({ MESSAGE: [255, 254] }), OPTIONS)).toBeNull();
  });

  it.each([
    'Nov 22 02:25:27 node kernel: usb 1-1: new device',
    `Nov 22 02:25:27 node kernel: [UFW BLOCK] ${PACKET}`,
    '6,1,5;eth0: link up',
    '{"MESSAGE":"hello"}',
    '{"oob.prefix":"somebody else"}',
    '{}',
  ])('is left alone when it is none of ours: %s', (line) => {
    expect(readLoggedPacket(line, OPTIONS)).toBeNull();
  });

  it.each([
    ['calico-packet: IN=a OUT=b SRC=10.0.0.1 LEN=1 PROTO=TCP', 'DST'],
    ['calico-packet: IN=a OUT=b SRC=10.0.0.x DST=10.0.0.1 PROTO=TCP', 'SRC'],
    ['calico-packet: IN=a OUT=b SRC=10.0.0.1 DST=10.0.0.1', 'PROTO'],
    ['calico-packet: IN=a OUT=b SRC=10.0.0.1 DST=10.0.0.1 PROTO=TCP SPT=99999', 'SPT'],
    ['calico-packet: IN=a OUT=b SRC=10.0.0.1 DST=10.0.0.1 LEN=-3 PROTO=TCP', 'LEN'],
    [`calico-packet: IN=a ${'X=1 '.repeat(2_000)}`, '(line)'],
    ['{"oob.prefix":"API0|a/b","src_ip":"10.0.0.1"}', 'dest_ip'],
    ['{"oob.prefix":', '(line)'],
  ])('is refused by the field that is wrong: %s', (line, field) => {
    expect(readLoggedPacket(line, OPTIONS)).toMatchObject({ field, remedy: expect.stringMatching(/\.$/) });
  });

  it('is read, left alone or refused whatever it holds', () => {
    const word = fc.constantFrom(
      'calico-packet:',
      'DPI|a/b',
      'IN=',
      'IN=cali1',
      'OUT=eth0',
      'SRC=10.0.0.1',
      'SRC=::1',
      'DST=10.0.0.2',
      'LEN=60',
      'PROTO=TCP',
      'PROTO=17',
      'SPT=1',
      'DPT=99999999999',
      '[SRC=1.1.1.1',
      '=',
      'SYN',
      'Nov 22 02:25:27',
      '4,1,5,-;',
      '\u0000',
    );
    const json = fc.dictionary(
      fc.constantFrom(
        'oob.prefix',
        'src_ip',
        'dest_ip',
        'ip.protocol',
        'MESSAGE',
        'oob.time.sec',
        'timestamp',
      ),
      fc.oneof(fc.constantFrom('API0|a/b', '10.0.0.1', 6), fc.jsonValue()),
    );
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word, { maxLength: 20 }).map((words) => words.join(' ')),
      json.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(line, (text) => {
        const packet = readLoggedPacket(text, OPTIONS);
        return packet === null || isProblem(packet) || (packet.source !== '' && packet.protocol !== '');
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("Felix's prefix", () => {
  const hitOf = (text: string) => {
    const said = readFelixPrefix(text);
    return { ...said, hit: said?.trace.enforced[0] ?? said?.trace.pending[0] };
  };

  it.each([
    [
      'API0|np/shop/default.cart',
      'allow',
      'dst',
      'CalicoNetworkPolicy',
      'shop',
      'default.cart',
      'default',
      0,
    ],
    ['DPE12|gnp/security.block', 'deny', 'src', 'GlobalNetworkPolicy', '', 'security.block', 'security', 12],
    ['API1|knp/shop/cart', 'allow', 'dst', 'NetworkPolicy', 'shop', 'cart', 'default', 1],
    ['APE1|shop/knp.default.cart', 'allow', 'src', 'NetworkPolicy', 'shop', 'cart', 'default', 1],
    ['DPI3|shop/security.block', 'deny', 'dst', 'CalicoNetworkPolicy', 'shop', 'block', 'security', 3],
    ['DPI3|security.block', 'deny', 'dst', 'GlobalNetworkPolicy', '', 'block', 'security', 3],
    ['ARI0|kns.shop', 'allow', 'dst', 'Profile', '', 'kns.shop', '', 0],
    ['DPI|security', 'deny', 'dst', 'EndOfTier', '', '', 'security', -1],
    ['PPE|security', 'unknown', 'src', 'EndOfTier', '', '', 'security', -1],
    ['NPE1|gnp/a.b', 'unknown', 'src', 'GlobalNetworkPolicy', '', 'a.b', 'a', 1],
    ['DRI', 'deny', 'dst', 'EndOfTier', '', '', '', -1],
    ['DPI0|snp/shop/a.b', 'unknown', 'dst', 'StagedNetworkPolicy', 'shop', 'a.b', 'a', 0],
    [
      'DPE1|quite_nnW4FYptgISH4G3jdI6KJWVcEx19s0BDp2On0wVAY_olicy-name',
      'deny',
      'src',
      'GlobalNetworkPolicy',
      '',
      'quite…olicy-name',
      'default',
      1,
    ],
  ] as const)('%s', (text, verdict, reporter, kind, namespace, name, tier, ruleIndex) => {
    expect(hitOf(text)).toMatchObject({
      verdict,
      reporter,
      hit: { kind, namespace, name, tier, ruleIndex },
    });
  });

  it('puts the end of a tier down to the policy it names', () => {
    expect(hitOf('DPI|hipstershop/default-deny').hit).toMatchObject({
      kind: 'EndOfTier',
      tier: 'default',
      action: 'deny',
      trigger: { kind: 'CalicoNetworkPolicy', namespace: 'hipstershop', name: 'default-deny' },
    });
  });

  it('does not count a packet that a rule hands on, or that a staged rule saw', () => {
    expect(readFelixPrefix('PPI0|gnp/a.b')?.isFinal).toBe(false);
    expect(readFelixPrefix('API0|sgnp/a.b')?.isFinal).toBe(false);
    expect(readFelixPrefix('API0|gnp/a.b')?.isFinal).toBe(true);
  });

  it.each(['', 'XPI0|a', 'API0', 'API0|', 'APIx|a', 'AAAA', 'API0|a b', 'API0|a|b'])('is not %j', (text) => {
    expect(readFelixPrefix(text)).toBeNull();
  });
});

describe('a time without a year', () => {
  it('is of the year that puts it before tomorrow', () => {
    const local = (year: number, month: number) => new Date(year, month, 22, 2, 25, 27).getTime();
    expect(readPacketTime('Nov 22 02:25:27 node', NOW)).toBe(local(2026, 10));
    expect(readPacketTime('Dec 22 02:25:27 node', NOW)).toBe(local(2025, 11));
  });

  it.each(['Nov 32 02:25:27 x', 'Foo 22 02:25:27 x', '2026-99-22T02:25:27 x', 'x'])(
    'is none in %s',
    (text) => {
      expect(readPacketTime(text, NOW)).toBeNull();
    },
  );
});

const folder = new URL('../../../../shared/data/packetlog/', import.meta.url);
describe.runIf(existsSync(folder))('captured packets', () => {
  const packetsOf = (name: string) =>
    readFileSync(new URL(name, folder), 'utf8').split('\n').filter(Boolean).map(read);

  it('are all read, with their bytes', () => {
    const sums = [
      'calico-docs.log',
      'realkernel/ulogd-calico-packet.log',
      'realkernel/ulogd-nflog.ndjson',
    ].map((name) => {
      const packets = packetsOf(name);
      return [packets.length, packets.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)];
    });
    const text = readFileSync(new URL('realkernel/ulogd-nflog.ndjson', folder), 'utf8');
    const told = [...text.matchAll(/"raw\.pktlen": (\d+)/g)].reduce(
      (sum, [, bytes]) => sum + Number(bytes),
      0,
    );
    const lines = readFileSync(new URL('realkernel/ulogd-calico-packet.log', folder), 'utf8');
    const logged = [...lines.matchAll(/DST=\S+ LEN=(\d+)/g)].reduce(
      (sum, [, bytes]) => sum + Number(bytes),
      0,
    );
    expect(sums).toEqual([
      [3, 60 + 84 + 96],
      [47, logged],
      [91, told],
    ]);
  });

  it('were allowed and denied as their rules say', () => {
    const packets = packetsOf('realkernel/ulogd-nflog.ndjson');
    const count = (verdict: string) => packets.filter(({ said }) => said?.verdict === verdict).length;
    expect([count('allow'), count('deny')]).toEqual([40, 51]);
  });
});

if (!existsSync(folder)) console.warn(`no captures at ${folder.pathname}: their tests are left out`);
