import { describe, expect, it } from 'vitest';
import { policy } from './fixtures.js';
import { enforcedTwin, stagedApplied } from './staged.js';

describe('stagedApplied', () => {
  const enforced = policy({ name: 'p', order: 1 });
  const staged = policy({ name: 'p', order: 2, kind: 'StagedGlobalNetworkPolicy', stagedAction: 'set' });

  it('puts what is set in the place of its twin', () => {
    expect(stagedApplied([staged, enforced])).toEqual([policy({ name: 'p', order: 2 })]);
    expect(stagedApplied([staged])).toEqual([policy({ name: 'p', order: 2 })]);
  });

  it('takes what is deleted away, and leaves the rest alone', () => {
    const other = policy({ name: 'q' });
    expect(stagedApplied([enforced, { ...staged, stagedAction: 'delete' }, other])).toEqual([other]);
    for (const stagedAction of ['learn', 'ignore'] as const) {
      expect(stagedApplied([enforced, { ...staged, stagedAction }])).toEqual([enforced]);
    }
  });

  it('knows twins by namespace and kind too', () => {
    const elsewhere = policy({ name: 'p', namespace: 'shop', kind: 'CalicoNetworkPolicy' });
    expect(stagedApplied([elsewhere, { ...staged, stagedAction: 'delete' }])).toEqual([elsewhere]);
    expect(enforcedTwin({ ...staged, kind: 'StagedKubernetesNetworkPolicy' }).kind).toBe('NetworkPolicy');
  });
});
