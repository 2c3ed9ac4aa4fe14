import { type Endpoint, type FlowGroup, type LineReducer, workloadOf } from '@vibrissa/model';
import { BeforeAfter, WithoutChange } from './before-after.js';
import { breadthOf } from './breadth.js';
import { directionOf } from './change-direction.js';
import { ChangeTally } from './change-tally.js';
import type { Connection } from './connection.js';
import { FIX_KINDS, type Fix, type JudgedFix } from './fix.js';
import type { FixTrial } from './fix-trial.js';
import type { PolicyEdit } from './policy-edit.js';
import { PolicySet } from './policy-set.js';
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

interface Tried {
  readonly trial: FixTrial;
  readonly within: ReadonlySet<string> | null;
}

class Judge implements LineReducer<JudgedFixes> {
  private readonly base: WithoutChange;
  private readonly trials: readonly Tried[];
  private readonly breadths: ReadonlyMap<Fix, number>;
  private readonly asked: ObservedPair;
  private readonly askedEnds: string;
  private lines = 0;

  constructor({ rulebook, fixes, asked, most }: JudgeFixesOptions) {
    this.base = new WithoutChange(engineOf(rulebook));
    let inForce: { readonly rulebook: Rulebook; readonly base: WithoutChange } | null = null;
    const trialOf = (fix: Fix): FixTrial => {
      if (rulebook.policies.length === 0) return new ReportedFixTrial(fix, most);
      if (!changesStaged(fix.edits)) {
        return new Trial(fix, new BeforeAfter(rulebook, fix.edits, this.base), most, false);
      }
      if (inForce === null) {
        const staged = allInForce(rulebook);
        const set = new PolicySet(staged.tiers, staged.policies, staged.profiles);
        const { index } = this.base.engine;
        inForce = { rulebook: staged, base: new WithoutChange({ set, index }, this.base.connections) };
      }
      const edits = editsInForce(rulebook, fix.edits);
      return new Trial(fix, new BeforeAfter(inForce.rulebook, edits, inForce.base), most, true);
    };
    this.trials = fixes.map((fix) => ({ trial: trialOf(fix), within: namespacesOf(fix.edits) }));
    this.breadths = new Map(fixes.map((fix) => [fix, breadthOf(rulebook, fix.edits)]));
    this.asked = asked;
    this.askedEnds = endsId(asked);
  }

  add(lines: readonly FlowGroup[]): void {
    for (const line of lines) {
      if (this.isAsked(line)) continue;
      this.lines += 1;
      const { source, dest } = line.key;
      let connection: Connection | null = null;
      for (const { trial, within } of this.trials) {
        if (within !== null && !within.has(source.namespace) && !within.has(dest.namespace)) continue;
        connection ??= this.base.connections.ofLine(line);
        trial.add(line, connection);
      }
    }
  }

  private isAsked({ key }: FlowGroup): boolean {
    const { port, protocol } = this.asked;
    return key.port === port && key.protocol === protocol && endsId(key) === this.askedEnds;
  }

  result(): JudgedFixes {
    const fixes = this.trials.map(({ trial }) => ({
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

/** One pair, whatever the rollout. */
function endsId({ source, dest }: Pick<ObservedPair, 'source' | 'dest'>): string {
  const idOf = (endpoint: Endpoint) =>
    `${endpoint.kind}\n${endpoint.namespace}\n${workloadOf(endpoint)}\n${endpoint.address}`;
  return `${idOf(source)}\n${idOf(dest)}`;
}

/**
 * The namespaces that an end of a line must be in for edits to touch it; null when it can be anywhere. A namespaced
 * policy governs nothing elsewhere, and a label is on nothing else.
 */
function namespacesOf(edits: readonly PolicyEdit[]): ReadonlySet<string> | null {
  const found = new Set<string>();
  for (const edit of edits) {
    if (edit.op === 'put-tier' || edit.op === 'put-network-set') return null;
    const namespace = edit.op === 'label' ? edit.namespace : edit.policy.namespace;
    if (namespace === '') return null;
    found.add(namespace);
  }
  return found;
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
