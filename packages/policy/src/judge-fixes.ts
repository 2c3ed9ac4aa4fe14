import { type Endpoint, type FlowGroup, type LineReducer, workloadOf } from '@vibrissa/model';
import { BeforeAfter, WithoutChange } from './before-after.js';
import { breadthOf } from './breadth.js';
import { directionOf } from './change-direction.js';
import { ChangeTally } from './change-tally.js';
import type { Connection } from './connection.js';
import { FIX_KINDS, type Fix, type JudgedFix } from './fix.js';
import type { FixTrial } from './fix-trial.js';
import { ReportedFixTrial } from './reported-fix-trial.js';
import { engineOf, type Rulebook } from './rulebook.js';
import { allInForce, changesStaged, editsInForce } from './staged-world.js';
import { toldChange } from './told-change.js';
import type { ChangeDirection, ObservedPair, VerdictChange } from './verdict-change.js';

export interface JudgeFixesOptions {
  readonly rulebook: Rulebook;
  readonly fixes: readonly Fix[];
  /** Whom the fixes are for; what they do to that pair is no side effect. */
  readonly asked: ObservedPair;
  /** How many examples are kept of each fix. */
  readonly most: number;
}

export interface JudgedFixes {
  /** Those that change least besides first. */
  readonly fixes: readonly JudgedFix[];
  /** Other observed lines that each was tried on. */
  readonly lines: number;
}

/**
 * What each fix does to all else that was observed, and by that which is the smallest. Lines whose ends a fix does not
 * touch are not evaluated for it.
 * @throws PolicyEditError for a fix that cannot be made to this rulebook
 */
export function judgeFixes(options: JudgeFixesOptions): LineReducer<JudgedFixes> {
  return new Judge(options);
}

class Judge implements LineReducer<JudgedFixes> {
  private readonly base: WithoutChange;
  private readonly trials: readonly FixTrial[];
  private readonly breadths: ReadonlyMap<Fix, number>;
  private readonly asked: string;
  private lines = 0;

  constructor({ rulebook, fixes, asked, most }: JudgeFixesOptions) {
    this.base = new WithoutChange(engineOf(rulebook));
    let inForce: { readonly rulebook: Rulebook; readonly base: WithoutChange } | null = null;
    this.trials = fixes.map((fix): FixTrial => {
      if (rulebook.policies.length === 0) return new ReportedFixTrial(fix, most);
      if (!changesStaged(fix.edits)) {
        return new Trial(fix, new BeforeAfter(rulebook, fix.edits, this.base), most, false);
      }
      if (inForce === null) {
        const staged = allInForce(rulebook);
        const { set } = engineOf(staged);
        inForce = { rulebook: staged, base: new WithoutChange({ set, index: this.base.engine.index }) };
      }
      const edits = editsInForce(rulebook, fix.edits);
      return new Trial(fix, new BeforeAfter(inForce.rulebook, edits, inForce.base), most, true);
    });
    this.breadths = new Map(fixes.map((fix) => [fix, breadthOf(rulebook, fix.edits)]));
    this.asked = pairId(asked);
  }

  add(lines: readonly FlowGroup[]): void {
    for (const line of lines) {
      if (pairId(line.key) === this.asked) continue;
      this.lines += 1;
      const connection = this.base.connections.ofLine(line);
      for (const trial of this.trials) trial.add(line, connection);
    }
  }

  result(): JudgedFixes {
    const fixes = this.trials.map((trial) => ({
      ...trial.fix,
      others: trial.totals,
      examples: trial.examples(),
      trial,
    }));
    fixes.sort((a, b) => {
      const [x, y] = [this.rank(a.trial), this.rank(b.trial)];
      const place = x.findIndex((value, index) => value !== y[index]);
      return place < 0 ? 0 : (x[place] ?? 0) - (y[place] ?? 0);
    });
    return { fixes: fixes.map(({ trial: _, ...fix }) => fix), lines: this.lines };
  }

  /** What is compared in turn: the smaller comes first. */
  private rank({ fix, totals }: FixTrial): readonly number[] {
    return [
      totals['newly-allowed'].lines + totals.uncertain.lines,
      totals['newly-denied'].lines,
      fix.allows === 'yes' ? 0 : 1,
      this.breadths.get(fix) ?? 0,
      FIX_KINDS.indexOf(fix.kind),
    ];
  }
}

/** One pair, port and protocol, whatever the rollout. */
function pairId({ source, dest, port, protocol }: ObservedPair): string {
  const idOf = (endpoint: Endpoint) =>
    `${endpoint.kind}\n${endpoint.namespace}\n${workloadOf(endpoint)}\n${endpoint.address}`;
  return `${port}\n${protocol}\n${idOf(source)}\n${idOf(dest)}`;
}

class Trial implements FixTrial {
  private readonly tally: ChangeTally;

  constructor(
    readonly fix: Fix,
    private readonly sides: BeforeAfter,
    most: number,
    /** Whether both sides are as if all that is staged were in force. */
    private readonly inForce: boolean,
  ) {
    this.tally = new ChangeTally(most);
  }

  get totals(): JudgedFix['others'] {
    return this.tally.totals;
  }

  add(line: FlowGroup, connection: Connection): void {
    if (!this.sides.touches(line, connection)) return;
    const verdict = this.sides.judge(line);
    const observed = this.inForce ? line.pending : line.verdict;
    const direction = directionOf({ ...verdict, observed });
    if (direction !== null) this.tally.add(direction, verdict, line);
  }

  examples(): readonly VerdictChange[] {
    return this.tally.top().changes.map((change) => {
      const told = toldChange(this.sides, change);
      return this.inForce ? { ...told, reason: IN_FORCE[change.direction] } : told;
    });
  }
}

/** Words about today would be wrong of policies that are not in force. */
const IN_FORCE: Readonly<Record<ChangeDirection, string>> = {
  'newly-allowed': 'With what is staged in force it would be denied; with this change too it is not.',
  'newly-denied': 'With what is staged in force it would be allowed; with this change too it is denied.',
  uncertain: 'Facts are missing to tell what becomes of it once what is staged is in force.',
};
