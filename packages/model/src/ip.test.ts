import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrContains, cidrMatcher, compareIps, isPrivateIp, parseCidr, parseIp, parseIpv4 } from './ip.js';

const private_ = (text: string) => {
  const ip = parseIp(text);
  return ip === null ? null : isPrivateIp(ip);
};

describe('parseIp', () => {
  it('reads every IPv4 address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
        expect(parseIpv4(text)).toBe(a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d);
      }),
    );
  });

  it('reads every IPv6 address', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        expect(parseIp(text)).not.toBeNull();
      }),
    );
  });

  it('gives different spellings the same value', () => {
    expect(parseIp('2001:db8::1')).toEqual(parseIp('2001:0DB8:0:0:0:0:0:1'));
    expect(parseIp('::ffff:10.0.0.1')).toEqual(parseIp('10.0.0.1'));
    expect(parseIp('::')).toEqual({ version: 6, bits: 0n });
    expect(parseIp('64:ff9b::192.0.2.33')).toEqual(parseIp('64:ff9b::c000:221'));
  });

  it.each([
    '',
    '10',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1..2.3',
    '1.2.3.',
    '1:2',
    '1::2::3',
    '::g',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '1.2.3.4::',
    'fe80::1%eth0',
    'db.example.com',
  ])('refuses %j', (text) => expect(parseIp(text)).toBeNull());
});

describe('CIDR blocks', () => {
  it('contain their members and nothing else', () => {
    const block = parseCidr('192.0.2.64/26');
    const inside = (text: string) => {
      const ip = parseIp(text);
      return block !== null && ip !== null && cidrContains(block, ip);
    };
    expect(['192.0.2.63', '192.0.2.64', '192.0.2.127', '192.0.2.128', '::1'].map(inside)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  it('match as the bits say, for any prefix', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (a, b, prefix) => {
        const bits = (text: string) => parseIpv4(text).toString(2).padStart(32, '0').slice(0, prefix);
        expect(cidrMatcher(`${a}/${prefix}`)?.(b)).toBe(bits(a) === bits(b));
      }),
    );
  });

  it('match IPv6', () => {
    const match = cidrMatcher('2001:db8::/32');
    expect(match?.('2001:db8:ffff::9')).toBe(true);
    expect(match?.('2001:db9::')).toBe(false);
    expect(match?.('10.0.0.1')).toBe(false);
    expect(cidrMatcher('::ffff:10.0.0.0/104')?.('10.9.9.9')).toBe(true);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', '::/129', 'x/8', '::ffff:10.0.0.0/95'])(
    'refuse %j',
    (text) => expect(parseCidr(text)).toBeNull(),
  );
});

describe('isPrivateIp', () => {
  it('knows what the internet does not route', () => {
    for (const text of ['10.1.2.3', '172.31.0.1', '192.168.0.1', '127.0.0.1', '::1', 'fd00::1', 'fe80::1']) {
      expect(private_(text)).toBe(true);
    }
    for (const text of ['172.32.0.1', '203.0.113.9', '8.8.8.8', '2001:db8::1']) {
      expect(private_(text)).toBe(false);
    }
  });
});

describe('compareIps', () => {
  it('orders by number, not by text', () => {
    const sorted = ['::1', '10.0.0.10', '10.0.0.9']
      .map((text) => ({ text, ip: parseIp(text) ?? { version: 6, bits: 0n } }) as const)
      .sort((a, b) => compareIps(a.ip, b.ip));
    expect(sorted.map(({ text }) => text)).toEqual(['10.0.0.9', '10.0.0.10', '::1']);
  });
});
