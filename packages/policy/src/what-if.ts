import type { FlowGroup, LineReducer } from '@vibrissa/model';
import { BeforeAfter } from './before-after.js';
import { directionOf } from './change-direction.js';
import { ChangeTally } from './change-tally.js';
import type { PolicyEdit } from './policy-edit.js';
import type { Rulebook } from './rulebook.js';
import { toldChange } from './told-change.js';
import { PendingComparison } from './trace-comparison.js';
import type { WhatIfAnswer } from './verdict-change.js';

export interface WhatIfOptions {
  readonly rulebook: Rulebook;
  readonly edits: readonly PolicyEdit[];
  /** How many changes are listed at most; all are counted. */
  readonly most: number;
}

/**
 * What a change would do to connections that were observed, each evaluated as a new one without it and with it.
 * @throws PolicyEditError for an edit that cannot be made to this rulebook
 */
export function whatIf(options: WhatIfOptions): LineReducer<WhatIfAnswer> {
  return new WhatIf(options);
}

class WhatIf implements LineReducer<WhatIfAnswer> {
  private readonly sides: BeforeAfter;
  private readonly tally: ChangeTally;
  private readonly traces: PendingComparison;
  private lines = 0;
  private disagreeing = 0;

  constructor({ rulebook, edits, most }: WhatIfOptions) {
    this.sides = new BeforeAfter(rulebook, edits);
    this.tally = new ChangeTally(most);
    const { policies } = rulebook;
    this.traces = new PendingComparison({ edits, policies, before: this.sides.before.set });
  }

  add(lines: readonly FlowGroup[]): void {
    for (const line of lines) this.one(line);
  }

  private one(line: FlowGroup): void {
    this.lines += 1;
    const verdict = this.sides.judge(line);
    const { verdict: observed } = line;
    if (observed !== 'unknown' && observed !== verdict.before) this.disagreeing += 1;
    if (verdict.before !== verdict.after || verdict.mayDiffer) {
      const direction = directionOf({ ...verdict, observed });
      if (direction !== null) this.tally.add(direction, verdict, line);
    }
    if (this.traces.isAsked) {
      this.traces.add(line, verdict.after, () => this.sides.connectionsOf(line).before);
    }
  }

  result(): WhatIfAnswer {
    const { changes, isCut } = this.tally.top();
    return {
      lines: this.lines,
      totals: this.tally.totals,
      changes: changes.map((change) => toldChange(this.sides, change)),
      isCut,
      disagreeing: this.disagreeing,
      traces: this.traces.result(),
    };
  }
}
