import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alternativeNames, plainAddress } from './peer.js';

describe('plainAddress', () => {
  it.each([
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['10.0.0.7', '10.0.0.7'],
    ['fe80::1', 'fe80::1'],
    ['::ffff:a00:7', '::ffff:a00:7'],
    ['', ''],
  ])('gives %j as %j', (address, plain) => {
    expect(plainAddress(address)).toBe(plain);
  });
});

describe('alternativeNames', () => {
  it.each([
    ['', []],
    ['DNS:calico-node', ['calico-node']],
    [
      'DNS:a.example.net, URI:spiffe://x/y, IP Address:10.0.0.7',
      ['a.example.net', 'spiffe://x/y', '10.0.0.7'],
    ],
    // A name with a comma comes in quotes, so that it cannot pass for two.
    ['DNS:"a, DNS:b", DNS:c', ['a, DNS:b', 'c']],
    ['DNS:"say \\"hi\\"\\n"', ['say "hi"\n']],
  ])('reads %j', (text, names) => {
    expect(alternativeNames(text)).toEqual(names);
  });

  it('takes any text without a word', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }),
        fc.constantFrom('', 'DNS:', 'DNS:"', ', URI:"\\'),
        (text, start) => {
          expect(Array.isArray(alternativeNames(start + text))).toBe(true);
        },
      ),
    );
  });
});
