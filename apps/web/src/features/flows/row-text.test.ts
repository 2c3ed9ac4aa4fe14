import type { PolicyHit } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { policyText } from './row-text.js';

function hit(change: Partial<PolicyHit>): PolicyHit {
  return {
    kind: 'CalicoNetworkPolicy',
    namespace: 'shop',
    name: 'lockdown',
    tier: 'security',
    action: 'deny',
    policyIndex: 0,
    ruleIndex: 0,
    trigger: null,
    ...change,
  };
}

describe('the deciding policy of a row', () => {
  it('has a name and its tier', () => {
    expect(policyText(hit({}))).toMatchObject({ name: 'lockdown', detail: 'security' });
  });

  it('has a name alone where there are no tiers', () => {
    const text = policyText(hit({ kind: 'CiliumNetworkPolicy', tier: '', ruleIndex: -2 }));
    expect(text).toEqual({ name: 'lockdown', detail: '', title: 'CiliumNetworkPolicy lockdown denies it' });
  });

  it('is the default where no policy allowed it', () => {
    const none = hit({ kind: 'EndOfTier', name: '', namespace: '', tier: '', ruleIndex: -1 });
    expect(policyText(none)).toEqual({ name: '', detail: 'default deny', title: 'No policy allows it' });
  });

  it('is the end of a tier where no policy of it is named', () => {
    const none = hit({ kind: 'EndOfTier', name: '', namespace: '', ruleIndex: -1 });
    expect(policyText(none)).toMatchObject({ name: '', detail: 'end of security deny' });
  });

  it('is the policy that selected it where a tier ended', () => {
    const trigger = {
      kind: 'GlobalNetworkPolicy',
      namespace: '',
      name: 'default-deny',
      tier: 'default',
    } as const;
    const end = hit({ kind: 'EndOfTier', name: '', namespace: '', tier: 'default', ruleIndex: -1, trigger });
    expect(policyText(end)).toMatchObject({ name: 'default-deny', detail: 'default' });
  });

  it('is nobody’s where none is known', () => {
    expect(policyText(null)).toMatchObject({ name: '', detail: '–' });
  });
});
