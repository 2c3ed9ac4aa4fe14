/**
 * Reads what the test runners say of themselves into one sum.
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally
 */

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number }} report
 *   Vitest's JSON report
 * @returns {Tally}
 */
export function fromVitest(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @param {{ stats: { expected: number, flaky: number, unexpected: number, skipped: number } }} report
 *   Playwright's JSON report. A flaky test failed once and is counted as failed.
 * @returns {Tally}
 */
export function fromPlaywright({ stats }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

/**
 * The tally of one step. A step that failed without naming a failed test (a crash, an error outside any
 * test, a step that is no test) counts as one failure, so that the sum is never better than the exit code.
 * @param {boolean} succeeded
 * @param {Tally | null} told what its report says, if it wrote one
 * @returns {Tally}
 */
export function ofStep(succeeded, told) {
  const tally = told ?? { passed: 0, failed: 0, skipped: 0 };
  return succeeded || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}

/** @param {readonly Tally[]} tallies */
export function sentence(tallies) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of tallies) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  const line = `${sum.passed} passed, ${sum.failed} failed`;
  return sum.skipped === 0 ? line : `${line}, ${sum.skipped} skipped`;
}
