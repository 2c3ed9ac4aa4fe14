import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSelector } from './calico-selector.js';
import { type Connection, outsideParty, podParty } from './connection.js';
import { compileRule, matchRule } from './match-rule.js';
import { ANY_PEER, type Peer, type Rule } from './policy.js';
import { ruleCovers } from './rule-covers.js';
import { matchesSelector, type Selector } from './selector.js';
import { selectorImplies } from './selector-implies.js';
import { SelectorTable } from './selector-table.js';
import { PartyFacts, PartyView, viewOf } from './view.js';

const leaf = fc
  .constantFrom(
    ...[
      'all()',
      "a == '1'",
      "a == '2'",
      "a != '1'",
      'has(a)',
      '!has(a)',
      "a in {'1', '2'}",
      "a not in {'1', '3'}",
    ],
    ...[
      "a starts with '1'",
      "a contains '2'",
      "a ends with '2'",
      "b == '1'",
      'has(b)',
      "!(b == '1')",
      "a == '12'",
    ],
  )
  .map(parseSelector);

const { selector } = fc.letrec<{ selector: Selector }>((tie) => ({
  selector: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('selector'), { maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), of: tie('selector') }),
  ),
}));

const value = fc.constantFrom('1', '2', '3', '12');
const labels = fc.record({ a: value, b: value }, { requiredKeys: [] });

describe('selectorImplies', () => {
  it.each([
    ["a == '1' && b == '2'", "a == '1'"],
    ["a == '1'", "a in {'1', '2'}"],
    ["a in {'1', '2'}", "a not in {'3'}"],
    ["a == '12'", "a starts with '1'"],
    ["a == '1' || a == '2'", 'has(a)'],
    ["a == '1'", "!(a == '2')"],
    ['!has(a)', "!(a == '2')"],
    ["a not in {'1', '2'}", "a != '1'"],
    ["b == '1'", 'all()'],
  ])('sees that %s implies %s', (narrow, wide) => {
    expect(selectorImplies(parseSelector(narrow), parseSelector(wide))).toBe(true);
    expect(selectorImplies(parseSelector(wide), parseSelector(narrow))).toBe(false);
  });

  it('never says so where an end is selected by the first alone', () => {
    let implied = 0;
    fc.assert(
      fc.property(
        selector,
        selector,
        fc.array(labels, { minLength: 4, maxLength: 8 }),
        (narrow, wide, ends) => {
          if (!selectorImplies(narrow, wide)) return;
          implied += 1;
          for (const end of ends) {
            const map = new Map(Object.entries(end));
            if (matchesSelector(narrow, map)) expect(matchesSelector(wide, map)).toBe(true);
          }
        },
      ),
      { numRuns: 1500 },
    );
    expect(implied).toBeGreaterThan(100);
  });
});

const ports = fc.constantFrom(
  [],
  [{ from: 80, to: 80 }],
  [{ from: 80, to: 90 }],
  [{ name: 'http' }],
  [{ from: 443, to: 443 }, { name: 'http' }],
);
const nets = fc.constantFrom([], ['10.0.0.0/8'], ['10.0.0.0/24'], ['10.0.0.1/32', '10.0.0.2/32']);

const peer: fc.Arbitrary<Peer> = fc.oneof(
  fc.constant(ANY_PEER),
  fc.record({
    selector: fc.option(leaf, { nil: null }),
    notSelector: fc.option(leaf, { nil: null, freq: 1 }),
    namespaceSelector: fc.constantFrom(null, null, parseSelector("team == 'red'")),
    nets,
    notNets: nets,
    ports,
    notPorts: ports,
  }),
);

const rule: fc.Arbitrary<Rule> = fc.record({
  action: fc.constant('allow' as const),
  protocol: fc.constantFrom('tcp', '6', 'udp', null),
  notProtocol: fc.constantFrom('udp', null, null),
  source: peer,
  dest: peer,
});

const end = fc.oneof(
  fc
    .record({
      of: labels,
      namespace: fc.constantFrom('shop', 'data'),
      ip: fc.constantFrom('10.0.0.1', '10.0.1.1'),
    })
    .map(({ of, namespace, ip }) =>
      podParty({
        ...{ namespace, ip, labels: JSON.parse(JSON.stringify(of)) },
        namespaceLabels: namespace === 'shop' ? { team: 'red' } : {},
        namedPorts: [{ name: 'http', port: 80, protocol: 'TCP' }],
      }),
    ),
  fc.constantFrom('192.0.2.1', '10.0.0.2').map(outsideParty),
);

const connection: fc.Arbitrary<Connection> = fc.record({
  source: end,
  dest: end,
  port: fc.constantFrom(80, 85, 443),
  protocol: fc.constantFrom('tcp', 'udp', 'icmp'),
  sourcePort: fc.constantFrom(80, 40_000),
});

describe('ruleCovers', () => {
  it('never says so where a connection matches the second rule alone', () => {
    let covered = 0;
    const namespace = fc.constantFrom('', 'shop');
    // The second is the first with something more to ask, or any other.
    const pairs = fc
      .tuple(rule, rule, fc.boolean(), fc.boolean())
      .map(([a, b, sameSource, sameDest]): [Rule, Rule] => [
        a,
        { ...b, ...(sameSource ? { source: a.source } : {}), ...(sameDest ? { dest: a.dest } : {}) },
      ]);
    fc.assert(
      fc.property(
        ...([pairs, namespace, namespace, fc.array(connection, { minLength: 5, maxLength: 10 })] as const),
        ([wide, narrow], wideIn, narrowIn, connections) => {
          if (!ruleCovers({ rule: wide, namespace: wideIn }, { rule: narrow, namespace: narrowIn })) return;
          covered += 1;
          const table = new SelectorTable();
          const first = compileRule(wide, wideIn, table);
          const second = compileRule(narrow, narrowIn, table);
          for (const one of connections) {
            const view = viewOf(
              one,
              new PartyView(new PartyFacts(one.source)),
              new PartyView(new PartyFacts(one.dest)),
            );
            if (matchRule(second, view) === 'yes') expect(matchRule(first, view)).toBe('yes');
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(covered).toBeGreaterThan(100);
  });
});
