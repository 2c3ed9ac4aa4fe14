/** Why a line gave no record, and what to do about it. `field` is its JSON path, `(line)` for all of it. */
export interface RecordProblem {
  readonly field: string;
  readonly reason: string;
  readonly remedy: string;
  /** Set when nothing is wrong: the line tells of nodes, of a packet told of already, or of events that were lost. */
  readonly aside?: { readonly lost: number };
}

/** Tells a problem from what was read in its stead. */
export function isProblem(result: object): result is RecordProblem {
  return 'remedy' in result;
}
