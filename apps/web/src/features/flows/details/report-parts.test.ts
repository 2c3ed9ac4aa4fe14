import { describe, expect, it } from 'vitest';
import { reportParts } from './report-parts.js';
import { aReport } from './test-groups.js';

const NOW = 600_000;

describe('the reports of now', () => {
  const old = aReport({ id: 1, lastSeen: NOW - 300_000 });
  const fresh = aReport({ id: 2, lastSeen: NOW });

  it('leave out what a newer report of the same side has replaced', () => {
    expect(reportParts([old, fresh])).toEqual({ current: [fresh], earlier: [old] });
  });

  it('keep the only report of a side, however old', () => {
    const source = aReport({ id: 3, reporter: 'src', lastSeen: NOW - 300_000 });
    expect(reportParts([source, fresh]).current).toEqual([source, fresh]);
  });

  it('keep several of one side that all still come in', () => {
    const other = aReport({ id: 4, lastSeen: NOW - 15_000 });
    expect(reportParts([other, fresh]).earlier).toEqual([]);
  });

  it('keep an old denial, since the verdict of the line rests on it', () => {
    const denial = { ...old, verdict: 'deny', pendingVerdict: 'deny' } as const;
    expect(reportParts([denial, fresh]).current).toEqual([denial, fresh]);
  });

  it('do not keep what would be denied beside a denial', () => {
    const staged = { ...old, pendingVerdict: 'deny' } as const;
    const denial = { ...fresh, verdict: 'deny' } as const;
    expect(reportParts([staged, fresh]).earlier).toEqual([]);
    expect(reportParts([staged, denial]).earlier).toEqual([staged]);
  });

  it('are none of none', () => {
    expect(reportParts([])).toEqual({ current: [], earlier: [] });
  });
});
