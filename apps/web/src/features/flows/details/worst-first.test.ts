import { expect, it } from 'vitest';
import { aGroup } from './test-groups.js';
import { outcomeOfGroup, worstFirst } from './worst-first.js';

it('puts what is denied first, then what would be, and the latest first among equals', () => {
  const groups = [
    aGroup({ id: 1 }),
    aGroup({ id: 2, verdict: 'unknown', pendingVerdict: 'unknown' }),
    aGroup({ id: 3, pendingVerdict: 'deny' }),
    aGroup({ id: 4, verdict: 'deny', lastSeen: 1 }),
    aGroup({ id: 5, verdict: 'deny', lastSeen: 2 }),
  ];
  expect(worstFirst(groups).map(({ id }) => id)).toEqual([5, 4, 3, 2, 1]);
});

it('calls what is denied already denied, whatever is pending', () => {
  expect(outcomeOfGroup({ verdict: 'deny', pendingVerdict: 'deny' })).toBe('deny');
  expect(outcomeOfGroup({ verdict: 'unknown', pendingVerdict: 'deny' })).toBe('stage');
});
