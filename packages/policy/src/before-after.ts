import type { FlowGroup, Verdict } from '@vibrissa/model';
import { ClusterIndex } from './cluster-index.js';
import { type Connection, isGoverned, type Party } from './connection.js';
import { bothAllow, endOf, enforcedVerdict } from './evaluate.js';
import { FlowConnections } from './flow-connections.js';
import type { Direction } from './policy.js';
import { edited, type PolicyEdit } from './policy-edit.js';
import type { PolicySet } from './policy-set.js';
import { RuleKeys } from './rule-keys.js';
import { type Engine, engineOf, type Rulebook } from './rulebook.js';
import { sameParty } from './same-party.js';
import type { ConnectionView } from './view.js';
import { sameWays } from './ways.js';

/** What known policies say of a line without a change and with it. */
export interface BeforeAfterVerdict {
  readonly before: Verdict;
  readonly after: Verdict;
  /** True when the change may decide the line another way though both verdicts are open. */
  readonly mayDiffer: boolean;
}

/** A rulebook as it is, with the ends of lines that have been met. */
export class WithoutChange {
  /** The connections can be those of another rulebook about the same cluster. */
  constructor(
    readonly engine: Engine,
    readonly connections = new FlowConnections(engine.index),
  ) {}
}

/**
 * Evaluates lines without a change and with it. Where the change touches neither end, or only one, the rest is
 * evaluated once.
 */
export class BeforeAfter {
  readonly before: Engine;
  readonly after: Engine;
  private readonly connections: FlowConnections;
  /** Null where a change of policies leaves the ends as they are. */
  private readonly changedEnds: FlowConnections | null;
  private readonly keys = new RuleKeys();
  private readonly touched: Readonly<Record<Direction, WeakMap<Party, boolean>>> = {
    ingress: new WeakMap(),
    egress: new WeakMap(),
  };
  /** The end with the change, where it is another; itself where it is the same. */
  private readonly changed = new WeakMap<Party, WeakMap<Party, Party>>();

  /**
   * With `base` several changes of one rulebook share what is worked out without any of them.
   * @throws PolicyEditError for an edit that cannot be made
   */
  constructor(
    rulebook: Rulebook,
    edits: readonly PolicyEdit[],
    base = new WithoutChange(engineOf(rulebook)),
  ) {
    const { cluster, tiers, policies } = edited(rulebook, edits);
    const before = base.engine;
    const hasOtherEnds = cluster !== rulebook.cluster;
    this.before = before;
    this.after = {
      set: before.set.changedTo(tiers, policies),
      index: hasOtherEnds ? new ClusterIndex(cluster) : before.index,
    };
    this.connections = base.connections;
    this.changedEnds = hasOtherEnds ? new FlowConnections(this.after.index, edits) : null;
  }

  /** The connection that a line stands for, without the change and with it; the same object where its ends are. */
  connectionsOf(
    line: FlowGroup,
    before = this.connections.ofLine(line),
  ): { readonly before: Connection; readonly after: Connection } {
    if (this.changedEnds === null) return { before, after: before };
    const made = this.changedEnds.ofLine(line);
    const source = this.same(before.source, made.source);
    const dest = this.same(before.dest, made.dest);
    if (source === before.source && dest === before.dest) return { before, after: before };
    return { before, after: { ...made, source, dest } };
  }

  /** The first where both ends are alike, so that one look tells that an end is not touched. */
  private same(before: Party, after: Party): Party {
    const known = this.changed.get(before) ?? new WeakMap<Party, Party>();
    this.changed.set(before, known);
    const found = known.get(after) ?? (sameParty(before, after) ? before : after);
    known.set(after, found);
    return found;
  }

  /** False when everything at both ends is as it was. Quick where the line's connection is known already. */
  touches(line: FlowGroup, connection?: Connection): boolean {
    const { before, after } = this.connectionsOf(line, connection);
    return (
      after !== before || this.isTouched(before.source, 'egress') || this.isTouched(before.dest, 'ingress')
    );
  }

  judge(line: FlowGroup): BeforeAfterVerdict {
    const { before, after } = this.connectionsOf(line);
    const view = this.before.set.view(before);
    const egress = enforcedVerdict(this.before.set, view, 'egress');
    const ingress = enforcedVerdict(this.before.set, view, 'ingress');
    const now = bothAllow(egress, ingress);
    const sameEnds = after === before;
    const keepsEgress = sameEnds && !this.isTouched(before.source, 'egress');
    const keepsIngress = sameEnds && !this.isTouched(before.dest, 'ingress');
    if (keepsEgress && keepsIngress) return { before: now, after: now, mayDiffer: false };
    const viewAfter = this.after.set.view(after);
    const then = bothAllow(
      keepsEgress ? egress : enforcedVerdict(this.after.set, viewAfter, 'egress'),
      keepsIngress ? ingress : enforcedVerdict(this.after.set, viewAfter, 'ingress'),
    );
    const open = now === 'unknown' && then === 'unknown';
    return { before: now, after: then, mayDiffer: open && !(sameEnds && this.keepsWays(view, viewAfter)) };
  }

  /** False when everything that is in force at an end is asked as it was. */
  private isTouched(party: Party, direction: Direction): boolean {
    if (!isGoverned(party)) return false;
    const known = this.touched[direction].get(party);
    if (known !== undefined) return known;
    const keyIn = (set: PolicySet) => this.keys.ofGoverning(set.governs(party, direction), direction);
    const found = keyIn(this.before.set) !== keyIn(this.after.set);
    this.touched[direction].set(party, found);
    return found;
  }

  private keepsWays(before: ConnectionView, after: ConnectionView): boolean {
    const at = (direction: Direction) => {
      if (!isGoverned(endOf(before, direction).party)) return true;
      return sameWays(
        { governing: this.before.set.governsView(endOf(before, direction), direction), view: before },
        { governing: this.after.set.governsView(endOf(after, direction), direction), view: after },
      );
    };
    return at('egress') && at('ingress');
  }
}
