import type { ApiMatch, ApiRuleStep, ApiSideSteps } from '@vibrissa/protocol/messages';
import { describe, expect, it } from 'vitest';
import { askedPolicies, mismatches, nearestStep, toldRules } from './why-steps.js';

function aRule(index: number, matches: readonly ApiMatch[], change: Partial<ApiRuleStep> = {}): ApiRuleStep {
  return {
    index,
    written: index,
    action: 'allow',
    match: matches.includes('no') ? 'no' : 'yes',
    text: `rule ${index}`,
    conditions: matches.map((match, at) => ({ match, wants: `wants ${at}`, has: `has ${at}` })),
    ...change,
  };
}

function aSide(rules: readonly ApiRuleStep[], verdict: ApiSideSteps['verdict'] = 'deny'): ApiSideSteps {
  const policy = { kind: 'CalicoNetworkPolicy', namespace: 'a', name: 'p', tier: 'security' } as const;
  return {
    direction: 'ingress',
    title: 'Arriving at a',
    verdict,
    tiers: [
      {
        tier: 'security',
        outcome: 'deny',
        end: null,
        policies: [{ policy, order: 1, selects: 'yes', rules }],
      },
      {
        tier: 'later',
        outcome: 'skipped',
        end: null,
        policies: [{ policy, order: 1, selects: 'yes', rules: [aRule(9, ['no'])] }],
      },
    ],
    profile: null,
    cannotTell: [],
    notModelled: [],
  };
}

describe('the nearest rule', () => {
  it('is the allow rule that the fewest conditions kept from matching, before the denial', () => {
    const near = aRule(1, ['yes', 'no']);
    const side = aSide([aRule(0, ['no', 'no']), near, aRule(2, ['no'], { action: 'deny' })]);
    expect(nearestStep(side)?.rule).toBe(near);
    expect(mismatches(near).map(({ wants }) => wants)).toEqual(['wants 1']);
  });

  it('is none where it was allowed, or no allow rule was asked', () => {
    expect(nearestStep(aSide([aRule(0, ['no'])], 'allow'))).toBeNull();
    expect(nearestStep(aSide([]))).toBeNull();
  });
});

describe('the rules of a long policy', () => {
  it('are told as far as they matter', () => {
    const rules = Array.from({ length: 20 }, (_, index) => aRule(index, [index === 18 ? 'yes' : 'no']));
    const { told, left } = toldRules(rules, rules[15] ?? null);
    expect(told.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 15, 18]);
    expect(left).toHaveLength(12);
  });

  it('are all told where they are few', () => {
    expect(toldRules([aRule(0, ['no'])], null).left).toEqual([]);
    expect(askedPolicies([aSide([])])).toBe(2);
  });
});
