import { parseCidr } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familyOf, NetSet, whereabouts } from './nets.js';

function match(nets: readonly string[], ip: string | null, within?: readonly string[]) {
  const blocks = within?.map(parseCidr).filter((block) => block !== null);
  const where = whereabouts(ip, blocks);
  return new NetSet(nets).match(where, familyOf(where));
}

describe('NetSet', () => {
  it('holds addresses of both families and drops what is no block', () => {
    expect(match(['10.0.0.0/8', 'fd00::/8', 'nonsense'], '10.1.2.3')).toBe('yes');
    expect(match(['10.0.0.0/8', 'fd00::/8'], 'fd00::1')).toBe('yes');
    expect(match(['10.0.0.0/8'], 'fd00::1')).toBe('no');
    expect(match(['nonsense'], '10.1.2.3')).toBe('no');
    expect(match(['192.0.2.1'], '192.0.2.1')).toBe('yes');
  });

  it('decides for all addresses that an end may have, or does not', () => {
    expect(match(['10.0.0.0/8'], null, ['10.1.0.0/16', '10.2.0.0/16'])).toBe('yes');
    expect(match(['10.1.0.0/17', '10.1.128.0/17'], null, ['10.1.0.0/16'])).toBe('yes');
    expect(match(['10.1.0.0/24'], null, ['10.1.0.0/16'])).toBe('maybe');
    expect(match(['10.1.0.0/16'], null, ['10.1.0.0/16', '10.2.0.0/16'])).toBe('maybe');
    expect(match(['172.16.0.0/12'], null, ['10.1.0.0/16'])).toBe('no');
  });

  it('knows nothing of an end that can be anywhere, but that it is somewhere', () => {
    expect(match(['10.0.0.0/8'], null)).toBe('maybe');
    expect(match(['0.0.0.0/0', '::/0'], null)).toBe('yes');
    expect(match([], null)).toBe('no');
  });

  it('says of a block no more than of each address in it', () => {
    const block = fc
      .tuple(fc.nat(15), fc.integer({ min: 24, max: 32 }), fc.nat(255))
      .map(([third, length, last]) => `10.0.${third}.${last}/${length}`);
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), block, fc.nat(255), (nets, within, pick) => {
        const cidr = parseCidr(within);
        if (cidr === null) return;
        const size = cidr.last - cidr.first + 1n;
        const bits = Number(cidr.first + (BigInt(pick) % size));
        const ip = [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join('.');
        const all = match(nets, null, [within]);
        if (all !== 'maybe') expect(match(nets, ip)).toBe(all);
      }),
    );
  });
});
