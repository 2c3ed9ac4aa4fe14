/** What came of one row of a vector file. */
export type RowResult =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'skipped'; readonly why: string };

export const PASSED: RowResult = { kind: 'passed' };

export function failed(why: string): RowResult {
  return { kind: 'failed', why };
}

export function skipped(why: string): RowResult {
  return { kind: 'skipped', why };
}

/** Passed when the two are spelled the same. */
export function same(what: string, found: unknown, expected: unknown): RowResult {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  return left === right ? PASSED : failed(`${what}: found ${left}, expected ${right}`);
}

const SHOWN_FAILURES = 20;

/** Counts the rows of one file. */
export class Tally {
  passed = 0;
  failed = 0;
  readonly failures: string[] = [];
  readonly skips = new Map<string, number>();

  add(row: string, result: RowResult): void {
    if (result.kind === 'passed') this.passed += 1;
    else if (result.kind === 'skipped') this.skips.set(result.why, (this.skips.get(result.why) ?? 0) + 1);
    else {
      this.failed += 1;
      if (this.failures.length < SHOWN_FAILURES) this.failures.push(`${row}: ${result.why}`);
    }
  }

  get skipped(): number {
    return [...this.skips.values()].reduce((sum, count) => sum + count, 0);
  }

  /** `calico.json: 120 passed, 0 failed, 2 skipped`, then a line for each reason and each failure. */
  lines(name: string): readonly string[] {
    return [
      `${name}: ${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`,
      ...[...this.skips].map(([why, count]) => `  skipped ${count}: ${why}`),
      ...this.failures.map((failure) => `  failed: ${failure}`),
    ];
  }
}
