import { describe, expect, it } from 'vitest';
import { readCounters } from './counters.mjs';
import { GUARDS } from './policies.mjs';
import { endOfTierPrefix, profilePrefix, rulePrefix, ruleSet } from './rules.mjs';
import { ACTS, countsOf, linesOf } from './scenario.mjs';

const counts = countsOf(linesOf(ACTS));
const lines = ruleSet(counts).split('\n');
const rules = lines.filter((line) => line.startsWith('-A'));

describe('the rules of the lab', () => {
  it('name only chains that are there', () => {
    const builtIn = ['PREROUTING', 'FORWARD', 'OUTPUT', 'POSTROUTING'];
    const chains = new Set([
      ...builtIn,
      ...lines.filter((line) => line.startsWith(':')).map((line) => line.slice(1).split(' ')[0]),
    ]);
    const targets = ['ACCEPT', 'DROP', 'RETURN', 'MARK', 'NFLOG', 'DNAT', 'MASQUERADE', 'CT'];
    for (const rule of rules) {
      const [, chain = '', target = ''] = /^-A (\S+).* -[jg] (\S+)/.exec(rule) ?? [];
      expect(chains).toContain(chain);
      expect([...chains, ...targets]).toContain(target);
    }
  });

  it('stay within what the kernel takes for a name and a prefix', () => {
    for (const [, chain = ''] of ruleSet(counts).matchAll(/^:(\S+)/gm)) expect(chain.length).toBeLessThan(29);
    for (const [, prefix = ''] of ruleSet(counts).matchAll(/--nflog-prefix "([^"]+)"/g))
      expect(prefix.length).toBeLessThan(64);
    for (const [, comment = ''] of ruleSet(counts).matchAll(/--comment "([^"]+)"/g))
      expect(comment.length).toBeLessThan(256);
  });

  it('log every rule of every policy, the end of its tier and the profile', () => {
    const logged = new Set(readCounters(rules.map((rule) => `[1:1] ${rule}`).join('\n')).logged.keys());
    for (const { pod, direction, policies } of GUARDS) {
      expect(logged).toContain(profilePrefix(direction, pod.namespace));
      for (const policy of policies) {
        expect(logged).toContain(endOfTierPrefix(direction, policy.tier));
        for (const [index, { action }] of policy.rules.entries()) {
          expect(logged).toContain(rulePrefix(action, direction, index, policy));
        }
      }
    }
  });

  it('log what they drop right before they drop it', () => {
    const filter = rules.slice(
      0,
      rules.findIndex((rule) => rule.includes('PREROUTING')),
    );
    const drops = filter.flatMap((rule, at) => (rule.endsWith('-j DROP') ? [[filter[at - 1], rule]] : []));
    expect(drops.length).toBeGreaterThan(5);
    for (const [before = '', rule = ''] of drops) {
      if (rule.includes('INVALID')) continue;
      expect(before.startsWith(rule.slice(0, -'-j DROP'.length))).toBe(true);
      expect(before).toContain('-j NFLOG');
    }
  });

  it('count each line of the scenario both ways, and the rest', () => {
    const read = readCounters(rules.map((rule, at) => `[${at}:${at}] ${rule}`).join('\n'));
    expect([...read.sent.keys()].sort()).toEqual(counts.map(({ id }) => id).sort());
    expect([...read.received.keys()].sort()).toEqual(counts.map(({ id }) => id).sort());
    expect(read.unforeseen.packets).toBeGreaterThan(0);
  });
});

describe('log prefixes', () => {
  it('are those of Felix', () => {
    const policy = {
      id: 'np/shop/cart',
      kind: 'CalicoNetworkPolicy',
      tier: 'default',
      namespace: 'shop',
      name: 'cart',
      rules: [],
    } as const;
    expect(rulePrefix('allow', 'ingress', 0, policy)).toBe('API0|np/shop/cart');
    expect(rulePrefix('deny', 'egress', 12, policy)).toBe('DPE12|np/shop/cart');
    expect(rulePrefix('pass', 'ingress', 3, policy)).toBe('NPI3|np/shop/cart');
    expect(endOfTierPrefix('ingress', 'security')).toBe('DPI|security');
    expect(profilePrefix('egress', 'shop')).toBe('ARE0|kns.shop');
  });
});
