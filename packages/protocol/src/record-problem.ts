/** Why a record was not accepted, and what to do about it. `field` is its JSON path, `(line)` for all of it. */
export interface RecordProblem {
  readonly field: string;
  readonly reason: string;
  readonly remedy: string;
}

/** Tells a problem from what was read in its stead. */
export function isProblem(result: object): result is RecordProblem {
  return 'remedy' in result;
}
