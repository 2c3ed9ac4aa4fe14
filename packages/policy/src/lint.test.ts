import { describe, expect, it } from 'vitest';
import { lint } from './lint.js';
import type { PolicyUsage } from './policy-usage.js';
import { problemText } from './read-problem.js';
import { readResources } from './read-resources.js';
import type { Rulebook } from './rulebook.js';

function book(yaml: string, complete = false): Rulebook {
  const { policies, tiers, profiles, cluster, problems } = readResources([{ name: 'x.yaml', text: yaml }]);
  expect(problems.filter(({ severity }) => severity === 'error').map(problemText)).toEqual([]);
  return { policies, tiers, profiles, cluster: { ...cluster, complete } };
}

function codes(yaml: string, complete = false, usage: readonly PolicyUsage[] | null = null) {
  return lint(book(yaml, complete), usage).map(
    ({ code, policy, rule }) =>
      `${code} ${policy.name}${rule === null ? '' : ` ${rule.direction} ${rule.index}`}`,
  );
}

function gnp(name: string, spec: string): string {
  return `---\napiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;
}

function knp(name: string, spec: string, namespace = 'shop'): string {
  return `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {${spec}}\n`;
}

const PODS = `---
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {app: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: db-1, namespace: shop, labels: {app: db}}
`;

describe('lint', () => {
  it('finds nothing in policies that are as they should be', () => {
    const yaml =
      PODS +
      knp(
        'db',
        'podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]',
      ) +
      gnp(
        'quarantine',
        "selector: quarantine == 'true', types: [Ingress], ingress: [{action: Log}, {action: Deny}]",
      );
    expect(codes(yaml)).toEqual([]);
  });

  it('finds a log behind the deny that leaves it nothing', () => {
    const [finding] = lint(
      book(gnp('q', "selector: app == 'x', types: [Ingress], ingress: [{action: Deny}, {action: Log}]")),
      null,
    );
    expect(finding).toMatchObject({
      code: 'log-after-deny',
      severity: 'warning',
      rule: { direction: 'ingress', index: 1 },
      message: 'Ingress rule 2 logs nothing: ingress rule 1 denies before all that it would log.',
      remedy: 'Put it before ingress rule 1.',
    });
  });

  it('leaves a log behind a deny of something else alone', () => {
    const rules = '[{action: Deny, protocol: TCP}, {action: Log, protocol: UDP}]';
    expect(codes(gnp('q', `selector: app == 'x', types: [Ingress], ingress: ${rules}`))).toEqual([]);
  });

  it.each([
    [
      'a wider range of ports',
      '{action: Deny, protocol: TCP, destination: {ports: ["80:90"]}}',
      '{action: Allow, protocol: TCP, destination: {ports: [85]}}',
    ],
    [
      'a wider block',
      '{action: Deny, source: {nets: [10.0.0.0/8]}}',
      '{action: Allow, source: {nets: [10.1.0.0/16]}}',
    ],
    [
      'fewer labels',
      "{action: Pass, source: {selector: a == '1'}}",
      "{action: Deny, source: {selector: a == '1' && b == '2'}}",
    ],
    [
      'more values',
      "{action: Allow, source: {selector: \"a in {'1', '2'}\"}}",
      "{action: Allow, source: {selector: a == '1'}}",
    ],
  ])('finds a rule behind one with %s', (_, first, second) => {
    const yaml = gnp('p', `selector: all(), types: [Ingress], ingress: [${first}, ${second}]`);
    expect(codes(yaml)).toEqual(['unreachable-rule p ingress 1']);
  });

  it.each([
    [
      'fewer ports',
      '{action: Deny, protocol: TCP, destination: {ports: [80]}}',
      '{action: Allow, protocol: TCP, destination: {ports: ["80:81"]}}',
    ],
    ['another protocol', '{action: Deny, protocol: UDP}', '{action: Allow}'],
    [
      'a narrower block',
      '{action: Deny, source: {nets: [10.1.0.0/16]}}',
      '{action: Allow, source: {nets: [10.0.0.0/8]}}',
    ],
    ['an exception', '{action: Deny, source: {notNets: [10.0.0.0/8]}}', '{action: Allow, protocol: TCP}'],
    ['known ends only', '{action: Deny, source: {selector: all()}}', '{action: Allow, protocol: TCP}'],
  ])('leaves a rule alone behind one with %s', (_, first, second) => {
    const yaml = gnp('p', `selector: all(), types: [Ingress], ingress: [${first}, ${second}]`);
    expect(codes(yaml).filter((code) => code.startsWith('unreachable'))).toEqual([]);
  });

  it('finds a rule in the shadow of an earlier policy that selects as much, and no other', () => {
    const first = gnp(
      'a',
      "order: 1, selector: app == 'db', types: [Ingress], ingress: [{action: Deny, protocol: TCP}]",
    );
    const second = (selector: string) =>
      gnp(
        'b',
        `order: 2, selector: ${selector}, types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}]`,
      );
    expect(codes(first + second("app == 'db' && tier == 'x'"))).toEqual(['shadowed-rule b ingress 0']);
    expect(codes(first + second('all()'))).toEqual([]);
    const staged = first.replace('kind: Global', 'kind: StagedGlobal');
    expect(codes(staged + second("app == 'db'"))).toEqual([]);
  });

  it('counts a rule of a Kubernetes policy once, and only when all its peers are in vain', () => {
    const all =
      'podSelector: {}, ingress: [{ports: [{port: 80}]}, {from: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 80}]}]';
    expect(codes(knp('p', all))).toEqual(['unreachable-rule p ingress 1']);
    const some =
      'podSelector: {}, ingress: [{from: [{podSelector: {}}]}, {from: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}]}]';
    expect(codes(knp('p', some))).toEqual([]);
  });

  it('finds selectors that nothing known is, where what is not known is not there', () => {
    const yaml =
      knp('typo', 'podSelector: {matchLabels: {app: dbb}}') +
      knp(
        'peer',
        'podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: wep}}}]}]',
      ) +
      knp('far', 'podSelector: {matchLabels: {app: x}}', 'elsewhere') +
      gnp(
        'global',
        "selector: app == 'none', types: [Ingress], ingress: [{action: Allow, source: {selector: gone == 'yes'}}]",
      );
    const known = ['selects-nothing typo', 'peer-selects-nothing peer ingress 0'].sort();
    expect(codes(PODS + yaml).sort()).toEqual(known);
    expect(codes(PODS + yaml, true).sort()).toEqual(
      [
        ...known,
        'selects-nothing far',
        'selects-nothing global',
        'peer-selects-nothing global ingress 0',
      ].sort(),
    );
    expect(codes(yaml)).toEqual([]);
  });

  it('finds policies without effect', () => {
    const empty = knp('deny', 'podSelector: {}, policyTypes: [Ingress]');
    expect(codes(empty)).toEqual([]);
    expect(
      codes(empty + knp('deny-db', 'podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]')),
    ).toEqual(['no-effect deny-db']);
    // Of two that do the same, one must stay.
    expect(codes(empty + knp('deny2', 'podSelector: {}, policyTypes: [Ingress]'))).toEqual([
      'no-effect deny2',
    ]);
    expect(codes(empty + knp('both', 'podSelector: {}, policyTypes: [Ingress, Egress]'))).toEqual([
      'no-effect deny',
    ]);
    const tier =
      '---\napiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: t}\nspec: {order: 1, defaultAction: Pass}\n';
    expect(codes(tier + gnp('idle', 'tier: t, selector: all(), types: [Ingress]'))).toEqual([
      'no-effect idle',
    ]);
    const unasked = knp('p', 'podSelector: {}, policyTypes: [Ingress], egress: [{ports: [{port: 80}]}]');
    expect(codes(unasked)).toEqual(['no-effect p egress 0']);
  });

  it('finds staged policies that stage what is so already', () => {
    const spec = "selector: app == 'db', types: [Ingress], ingress: [{action: Allow, protocol: TCP}]";
    const staged = (name: string, more = spec) =>
      gnp(name, more).replace('kind: Global', 'kind: StagedGlobal');
    expect(codes(gnp('a', spec) + staged('a'))).toEqual(['no-effect a']);
    expect(codes(gnp('a', spec) + staged('a', spec.replace('TCP', 'UDP')))).toEqual([]);
    expect(codes(staged('gone', 'stagedAction: Delete'))).toEqual(['no-effect gone']);
  });

  it('finds what lets everything through', () => {
    expect(codes(knp('open', 'podSelector: {}, ingress: [{}]'))).toEqual(['allow-all open ingress 0']);
    expect(
      codes(
        gnp(
          'wide',
          'selector: all(), types: [Egress], egress: [{action: Allow, destination: {nets: [0.0.0.0/0]}}]',
        ),
      ),
    ).toEqual(['allow-all wide egress 0']);
    expect(
      codes(
        gnp(
          'rest',
          'selector: all(), types: [Egress], egress: [{action: Deny, protocol: UDP}, {action: Allow}]',
        ),
      ),
    ).toEqual([]);
  });

  it('finds a policy in a tier that is not there, before all else', () => {
    const [finding] = lint(
      book(gnp('t.p', 'tier: t, selector: all(), types: [Ingress], ingress: [{action: Allow}]')),
      null,
    );
    expect(finding).toMatchObject({ code: 'missing-tier', severity: 'error', policy: { name: 't.p' } });
    expect(finding?.message).toContain('There is no tier t');
  });

  it('finds rules that nothing hit, of policies that were asked', () => {
    const yaml =
      knp(
        'db',
        'podSelector: {}, ingress: [{from: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 80}]}, {ports: [{port: 81}]}]',
      ) + knp('quiet', 'podSelector: {matchLabels: {a: b}}, ingress: [{ports: [{port: 83}]}]');
    const hits = { allowed: 1, denied: 0, passed: 0, lines: 1, bytes: 0, lastHit: null };
    const usage = (ruleIndex: number): readonly PolicyUsage[] => [
      {
        policy: { kind: 'NetworkPolicy', namespace: 'shop', name: 'db', tier: 'default' },
        ...hits,
        rules: [{ direction: 'ingress', ruleIndex, ...hits }],
        spark: [],
        deniedSpark: [],
      },
    ];
    expect(codes(yaml, false, null)).toEqual([]);
    expect(codes(yaml, false, usage(1))).toEqual(['rule-never-hit db ingress 1']);
    expect(codes(yaml, false, usage(-1))).toEqual([
      'rule-never-hit db ingress 0',
      'rule-never-hit db ingress 1',
    ]);
    expect(codes(yaml, false, usage(-2))).toEqual([]);
  });
});
