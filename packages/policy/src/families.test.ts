import { expect, it } from 'vitest';
import { outsideParty } from './connection.js';
import { decideConnection } from './evaluate.js';
import { pod, policy, rule } from './fixtures.js';
import { ANY_PEER, type Rule } from './policy.js';
import { PolicySet } from './policy-set.js';

function verdict(dest: string, more: Partial<Rule>): string {
  const allowing = policy({ name: 'p', types: ['egress'], egress: [rule('allow', more)] });
  const source = pod('shop', 'checkout', '10.0.0.1');
  const connection = { source, dest: outsideParty(dest), port: 443, protocol: 'tcp' };
  return decideConnection(new PolicySet([], [allowing]), connection).verdict;
}

it('a pod of which only the IPv4 address is known may have called an IPv6 one all the same', () => {
  const named: Partial<Rule> = { dest: { ...ANY_PEER, nets: ['2001:db8::1/128'] } };
  expect(verdict('2001:db8::1', named)).toBe('allow');
  expect(verdict('2001:db8::2', named)).toBe('deny');
  expect(verdict('2001:db8::1', { dest: { ...ANY_PEER, nets: ['0.0.0.0/0'] } })).toBe('deny');
  expect(verdict('2001:db8::1', { ipVersion: 6 })).toBe('unknown');
  expect(verdict('192.0.2.1', { ipVersion: 6 })).toBe('deny');
});
