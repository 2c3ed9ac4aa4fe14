import { describe, expect, it } from 'vitest';
import { fromPlaywright, fromVitest, ofStep, sentence } from './tally.mjs';

describe('the sum of the tests', () => {
  it('adds what both runners say', () => {
    const unit = fromVitest({ numPassedTests: 40, numFailedTests: 1, numPendingTests: 1, numTodoTests: 1 });
    const browser = fromPlaywright({ stats: { expected: 9, unexpected: 2, flaky: 1, skipped: 0 } });
    expect(sentence([unit, browser])).toBe('49 passed, 4 failed, 2 skipped');
  });

  it('says nothing of skipped tests when there are none', () => {
    expect(sentence([{ passed: 3, failed: 0, skipped: 0 }])).toBe('3 passed, 0 failed');
  });

  it('counts a step that failed without a failed test', () => {
    expect(ofStep(false, null).failed).toBe(1);
    expect(ofStep(false, { passed: 5, failed: 0, skipped: 0 })).toEqual({ passed: 5, failed: 1, skipped: 0 });
    expect(ofStep(false, { passed: 5, failed: 2, skipped: 0 }).failed).toBe(2);
    expect(ofStep(true, null)).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });
});
