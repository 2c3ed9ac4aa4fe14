import { describe, expect, it } from 'vitest';
import { netContains, parseNet } from './ip-net.js';

describe('parseNet', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.7', '10.0.0.7', true],
    ['0.0.0.0/0', '192.0.2.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:40::ad', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::/0', '::ffff:192.0.2.1', true],
  ])('%s holds %s: %s', (text, ip, holds) => {
    const net = parseNet(text);
    expect(net !== null && netContains(net, ip)).toBe(holds);
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0.256',
    '1::2::3',
    '10.0.0.0/x',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
  ])('refuses %j', (text) => {
    expect(parseNet(text)).toBeNull();
  });
});
