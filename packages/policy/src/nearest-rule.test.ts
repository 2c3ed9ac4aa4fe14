import { describe, expect, it } from 'vitest';
import type { Connection } from './connection.js';
import { connection, peer, pod, policy, rule } from './fixtures.js';
import { nearestRule } from './nearest-rule.js';
import { ANY_PEER, type Policy, type Rule, type Tier } from './policy.js';
import { PolicySet } from './policy-set.js';
import { sideSteps } from './steps.js';

const TIERS: readonly Tier[] = [
  { name: 'platform', order: 10, defaultAction: 'pass' },
  { name: 'security', order: 20, defaultAction: 'deny' },
];

/** The call asked about is from shop/checkout to payments/ledger on tcp 8443. */
function nearest(policies: readonly Policy[], call: Connection = connection()) {
  const found = nearestRule(sideSteps(new PolicySet(TIERS, policies), call, 'ingress'));
  if (found === null) return null;
  return [
    `${found.policy.name} ${found.step.index}`,
    found.failed.map(({ aspect }) => aspect),
    found.differences,
  ];
}

function allow(source: Rule['source'], port: number, protocol = 'tcp'): Rule {
  return rule('allow', { protocol, source, dest: { ...ANY_PEER, ports: [{ from: port, to: port }] } });
}

const checkout = (namespace = 'shop') => peer("app == 'checkout'", { namespaceSelector: named(namespace) });
const named = (namespace: string) => peer(`projectcalico.org/name == '${namespace}'`).selector;

const access = (...ingress: Rule[]) => [policy({ name: 'access', tier: 'security', ingress })];

describe('the nearest rule', () => {
  it('is the one that only wants another port', () => {
    const web = peer("app == 'web'", { namespaceSelector: named('shop') });
    expect(nearest(access(allow(web, 8443), allow(checkout(), 8080), allow(checkout('web'), 8443)))).toEqual([
      'access 1',
      ['destination.ports'],
      1,
    ]);
  });

  it('is sooner of another namespace than for other labels, and sooner for one difference than two', () => {
    const web = peer("app == 'web'", { namespaceSelector: named('shop') });
    const elsewhere = allow(checkout('web'), 8443);
    expect(nearest(access(allow(web, 8443), elsewhere))).toEqual(['access 1', ['source.selector'], 1]);
    expect(nearest(access(allow(checkout('web'), 8080), allow(web, 8443)))).toEqual([
      'access 1',
      ['source.selector'],
      1,
    ]);
    const both = peer("app == 'web'", { namespaceSelector: named('web') });
    expect(nearest(access(allow(both, 8443)))).toEqual(['access 0', ['source.selector'], 2]);
  });

  it('is the first of equals, and may be of an earlier tier', () => {
    const early = policy({ name: 'early', tier: 'platform', ingress: [allow(checkout(), 53)] });
    const late = access(allow(checkout(), 8080), allow(checkout(), 9090));
    expect(nearest(late)?.[0]).toBe('access 0');
    expect(nearest([early, ...late])?.[0]).toBe('early 0');
  });

  it('is sooner one that more of it holds', () => {
    const web = peer("app == 'web'", { namespaceSelector: named('shop') });
    expect(nearest(access(rule('allow', { source: web }), allow(web, 8443)))?.[0]).toBe('access 1');
  });

  it('was asked: nothing behind what denied counts', () => {
    const afterwards = [
      policy({ name: 'block', tier: 'security', order: 1, ingress: [rule('deny'), allow(checkout(), 8080)] }),
      policy({ name: 'later', tier: 'security', order: 2, ingress: [allow(checkout(), 8080)] }),
      policy({ name: 'last', ingress: [allow(checkout(), 8080)] }),
    ];
    expect(nearest(afterwards)).toBeNull();
    expect(nearest(access(rule('pass'), rule('deny')))).toBeNull();
  });

  it('is none where nothing selects the end', () => {
    const other = policy({
      name: 'other',
      tier: 'security',
      selector: peer("app == 'x'").selector ?? ANY,
      ingress: [],
    });
    expect(nearest([other])).toBeNull();
    expect(
      nearest(access(allow(checkout(), 8443)), connection({ source: pod('shop', 'checkout') })),
    ).toBeNull();
  });
});

const ANY = { op: 'all' } as const;
