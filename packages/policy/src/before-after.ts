import type { FlowGroup, Verdict } from '@vibrissa/model';
import { portId } from './asked-tiers.js';
import { ClusterIndex } from './cluster-index.js';
import { type Connection, isGoverned, type Party } from './connection.js';
import { bothAllow, enforcedVerdict } from './evaluate.js';
import { FlowConnections } from './flow-connections.js';
import type { Governing } from './governing.js';
import type { Direction } from './policy.js';
import { edited, type PolicyEdit } from './policy-edit.js';
import { RuleKeys } from './rule-keys.js';
import { type Engine, engineOf, type Rulebook } from './rulebook.js';
import { sameParty } from './same-party.js';
import { type ConnectionView, type PartyView, viewOf } from './view.js';
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
  private readonly pairs = new WeakMap<Party, EndPair>();
  private readonly sides = new WeakMap<Governing, SidePair[]>();
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

  /** False when all that decides the line is as it was. Quick where its connection is known already. */
  touches(line: FlowGroup, connection?: Connection): boolean {
    const { before, after } = this.connectionsOf(line, connection);
    if (after !== before) return true;
    const source = this.pairOf(before.source);
    const dest = this.pairOf(before.dest);
    return !this.keeps(source, dest, viewOf(before, source.before, dest.before));
  }

  judge(line: FlowGroup): BeforeAfterVerdict {
    const { before, after } = this.connectionsOf(line);
    const source = this.pairOf(before.source);
    const dest = this.pairOf(before.dest);
    const view = viewOf(before, source.before, dest.before);
    const now = enforced(source.egress?.before, dest.ingress?.before, view);
    if (after !== before) return { before: now, ...this.judgeOtherEnds(now, after) };
    if (this.keeps(source, dest, view)) return { before: now, after: now, mayDiffer: false };
    const viewAfter = viewOf(before, source.after, dest.after);
    const then = enforced(source.egress?.after, dest.ingress?.after, viewAfter);
    const keepsWays = (side: SidePair | null) =>
      side === null || sameWays({ governing: side.before, view }, { governing: side.after, view: viewAfter });
    const mayDiffer = isOpen(now, then) && !(keepsWays(source.egress) && keepsWays(dest.ingress));
    return { before: now, after: then, mayDiffer };
  }

  private judgeOtherEnds(now: Verdict, connection: Connection): Omit<BeforeAfterVerdict, 'before'> {
    const { set } = this.after;
    const view = set.view(connection);
    const at = (end: PartyView, direction: Direction) =>
      isGoverned(end.party) ? set.governsView(end, direction) : undefined;
    const after = enforced(at(view.source, 'egress'), at(view.dest, 'ingress'), view);
    // What is not known of an end may be something else of the end that it becomes.
    return { after, mayDiffer: isOpen(now, after) };
  }

  private pairOf(party: Party): EndPair {
    const known = this.pairs.get(party);
    if (known !== undefined) return known;
    const before = this.before.set.viewParty(party);
    const after = this.after.set.viewParty(party);
    const side = (direction: Direction) =>
      isGoverned(party)
        ? this.sidePair(
            this.before.set.governsView(before, direction),
            this.after.set.governsView(after, direction),
          )
        : null;
    const made = { before, after, egress: side('egress'), ingress: side('ingress') };
    this.pairs.set(party, made);
    return made;
  }

  /** Many ends are governed alike, and what one of them keeps they all keep. */
  private sidePair(before: Governing, after: Governing): SidePair {
    const known = this.sides.get(before) ?? [];
    this.sides.set(before, known);
    const found = known.find((pair) => pair.after === after);
    if (found !== undefined) return found;
    const made = { before, after, byPort: new Map<number, boolean>() };
    known.push(made);
    return made;
  }

  private keeps({ egress }: EndPair, { ingress }: EndPair, view: ConnectionView): boolean {
    return this.keepsSide(egress, view) && this.keepsSide(ingress, view);
  }

  /** True when the same is asked in the same order of all such connections, whatever their other end. */
  private keepsSide(side: SidePair | null, view: ConnectionView): boolean {
    if (side === null) return true;
    const { before, after, byPort } = side;
    const id = portId(view);
    const known = byPort.get(id);
    if (known !== undefined) return known;
    const keyOf = ({ askedEnforced }: Governing) => this.keys.ofAsked(askedEnforced.of(view));
    const found = keyOf(before) === keyOf(after);
    if (byPort.size < MOST_PORTS) byPort.set(id, found);
    return found;
  }
}

const MOST_PORTS = 256;

/** An end in both sets of policies. */
interface EndPair {
  readonly before: PartyView;
  readonly after: PartyView;
  /** Null where no policy governs it. */
  readonly egress: SidePair | null;
  readonly ingress: SidePair | null;
}

/** What governs an end without the change and with it. */
interface SidePair {
  readonly before: Governing;
  readonly after: Governing;
  /** Whether connections with a protocol and port are asked the same. */
  readonly byPort: Map<number, boolean>;
}

function isOpen(now: Verdict, then: Verdict): boolean {
  return now === 'unknown' && then === 'unknown';
}

/** The destination is not asked when the source denies. */
function enforced(
  egress: Governing | undefined,
  ingress: Governing | undefined,
  view: ConnectionView,
): Verdict {
  const source = egress === undefined ? undefined : enforcedVerdict(egress, view);
  if (source === 'deny') return source;
  return bothAllow(source, ingress === undefined ? undefined : enforcedVerdict(ingress, view));
}
