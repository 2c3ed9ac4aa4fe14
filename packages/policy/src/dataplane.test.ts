import type { PolicyHit } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { dataplaneOf } from './dataplane.js';

const profile: PolicyHit = {
  kind: 'Profile',
  namespace: '',
  name: 'kns.shop',
  tier: '',
  action: 'allow',
  policyIndex: 0,
  ruleIndex: 0,
  trigger: null,
};

describe('the data plane of some reports', () => {
  it.each([
    ['calico', [profile]],
    ['calico', [{ ...profile, kind: 'EndOfTier', tier: 'default', ruleIndex: -1 } as const]],
    ['cilium', [{ ...profile, kind: 'EndOfTier', name: '', action: 'deny', ruleIndex: -1 } as const]],
    ['cilium', [{ ...profile, kind: 'CiliumNetworkPolicy', ruleIndex: -2 } as const]],
    ['unknown', []],
  ] satisfies [string, PolicyHit[]][])('is %s', (dataplane, enforced) => {
    expect(dataplaneOf([{ enforced, pending: [] }])).toBe(dataplane);
  });
});
