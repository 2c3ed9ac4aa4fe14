import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideConnection } from './evaluate.js';
import { connectionOf, evaluate } from './evaluate-flow.js';
import { explainEvaluation } from './explain-evaluation.js';
import { nearestRule } from './nearest-rule.js';
import type { Policy } from './policy.js';
import { PolicySet } from './policy-set.js';
import type { Engine } from './rulebook.js';
import { observedLine, type SeenConnection } from './seen-connection.js';
import { sideSteps } from './steps.js';
import { policies, TIERS } from './testing/arbitrary.js';
import { engineFrom, faithful, podYaml, seenCall } from './testing/seen-scene.js';
import type { Why } from './why.js';

const CLUSTER = engineFrom(
  [
    podYaml('shop', 'web-1', 'app: web'),
    podYaml('shop', 'mix-1', 'app: web, role: api', '{name: http, containerPort: 80}'),
    podYaml('shop', 'mix-22', 'app: cache'),
    podYaml('data', 'db-1', 'app: db, role: api', '{name: metrics, containerPort: 8500}'),
    `---
apiVersion: v1
kind: Namespace
metadata: {name: data, labels: {team: red}}
`,
  ].join(''),
).index;

const call = fc.record({
  from: fc.constantFrom(
    'shop/web-*',
    'shop/mix-*',
    'data/db-1',
    'data/gone-*',
    'pub',
    '=192.0.2.1',
    '/node-1',
  ),
  to: fc.constantFrom('shop/web-*', 'shop/mix-*', 'data/db-1', 'data/gone-*', 'pvt', '=10.0.0.2'),
  port: fc.constantFrom(80, 443, 8500, 0),
  protocol: fc.constantFrom('tcp', 'udp', 'icmp', ''),
  sourceLabels: fc.constantFrom(null, ['app=web'], ['app=db', 'role=x']),
});

function engineOf(list: readonly Policy[]): Engine {
  return { set: new PolicySet(TIERS, list), index: CLUSTER };
}

function textsOf({ headline, disagreements, notes, sides }: Why): readonly string[] {
  return [
    headline,
    ...disagreements,
    ...notes,
    ...sides.flatMap(({ title, tiers, profile, cannotTell }) => [
      title,
      ...(profile === null ? [] : [profile]),
      ...cannotTell,
      ...tiers.flatMap(({ end, policies: asked }) => [
        ...(end === null ? [] : [end]),
        ...asked.flatMap(({ rules }) =>
          rules.flatMap(({ text, conditions }) => [text, ...conditions.map(wordsOf)]),
        ),
      ]),
    ]),
  ];
}

function wordsOf({ wants, has }: { readonly wants: string; readonly has: string }): string {
  return `${wants} / ${has}`;
}

describe('explanations by known policies', () => {
  it('come to the verdict that evaluating comes to, today and once all is enforced', () => {
    fc.assert(
      fc.property(policies, call, (list, given) => {
        fc.pre(list.length > 0);
        const engine = engineOf(list);
        const seen = faithful(given, engine);
        const why = explainEvaluation(seen, engine);
        const found = evaluate(observedLine(seen), engine.set, engine.index);
        expect([why.evaluated, why.afterStaging]).toEqual([found.verdict, found.afterStaging.verdict]);
        const sides = [found.source, found.dest].filter((side) => side !== null);
        expect(why.sides.map(({ verdict }) => verdict)).toEqual(sides.map(({ verdict }) => verdict));
      }),
      { numRuns: 100 },
    );
  });

  it('agree with faithful reports and say so in the first words', () => {
    fc.assert(
      fc.property(policies, call, (list, given) => {
        fc.pre(list.length > 0);
        const engine = engineOf(list);
        const why = explainEvaluation(faithful({ ...given, sourceLabels: null }, engine), engine);
        expect(why.disagreements).toEqual([]);
        if (why.evaluated !== why.observed || why.evaluated === 'unknown') return;
        const start = why.evaluated === 'deny' ? /^Denied at / : /^Allowed (at|today\.)/;
        expect(why.headline).toMatch(start);
      }),
      { numRuns: 100 },
    );
  });

  it('never leave a hole in a sentence', () => {
    fc.assert(
      fc.property(policies, policies, call, (list, other, given) => {
        fc.pre(list.length > 0);
        // Reports of a cluster with other policies disagree in every way there is.
        const why = explainEvaluation(faithful(given, engineOf(other)), engineOf(list));
        for (const text of textsOf(why)) {
          expect(text).not.toMatch(/undefined|null|NaN|\[object| {2}| [,.;:]|\.\.|^$|^ | $|, $|: $/);
          expect(text.length).toBeLessThan(2500);
        }
        for (const text of [why.headline, ...why.disagreements, ...why.notes]) expect(text).toMatch(/\.$/);
      }),
      { numRuns: 100 },
    );
  });

  it('claim no verdict of policies where facts are missing', () => {
    fc.assert(
      fc.property(policies, call, (list, given) => {
        fc.pre(list.length > 0);
        const engine = engineOf(list);
        const seen: SeenConnection = seenCall(given);
        const { evaluated, headline } = explainEvaluation(seen, engine);
        expect(decideConnection(engine.set, connectionOf(observedLine(seen), engine.index)).verdict).toBe(
          evaluated,
        );
        const claims = /The known policies (allow|deny) it at/.test(headline);
        expect(claims).toBe(evaluated !== 'unknown');
      }),
      { numRuns: 120 },
    );
  });
});

describe('the nearest rule', () => {
  it('is an allow rule that certainly did not match, and says by what', () => {
    fc.assert(
      fc.property(policies, call, (list, given) => {
        const engine = engineOf(list);
        const connection = connectionOf(observedLine(seenCall(given)), engine.index);
        for (const direction of ['ingress', 'egress'] as const) {
          const side = sideSteps(engine.set, connection, direction);
          const found = nearestRule(side);
          if (found === null) continue;
          expect([found.step.action, found.step.match]).toEqual(['allow', 'no']);
          expect(found.failed.length).toBeGreaterThan(0);
          expect(found.failed.every(({ match }) => match === 'no')).toBe(true);
          expect(found.differences).toBeGreaterThanOrEqual(found.failed.length);
          expect(list.some(({ name }) => name === found.policy.name)).toBe(true);
        }
      }),
      { numRuns: 120 },
    );
  });
});
