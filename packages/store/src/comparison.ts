import { addCount, type FlowGroup, type Verdict, wouldBeDenied } from '@vibrissa/model';
import { Best } from './best.js';
import { CHANGE_KINDS, type ChangeKind, type CompareQuery } from './flow-store.js';

/** A line that changed; `ref` is what was offered with it. */
export interface FoundChange<Ref> {
  readonly kind: ChangeKind;
  readonly id: number;
  readonly ref: Ref;
  readonly ratio: number | null;
}

interface Ranked<Ref> extends FoundChange<Ref> {
  readonly denied: boolean;
  readonly bytes: number;
  readonly packets: number;
}

/**
 * Finds what differs between two windows; the same for every engine. A line is compared when it matches the
 * filter in either window, and then as it is in both: one that was allowed and is denied has changed its verdict,
 * also where the filter asks for what is denied.
 */
export class Comparison<Ref> {
  readonly #factor: number;
  readonly #ms: number;
  readonly #baseMs: number;
  readonly #best: Readonly<Record<ChangeKind, Best<Ranked<Ref>>>>;
  readonly #totals: Record<ChangeKind, number> = { verdict: 0, added: 0, gone: 0, volume: 0 };

  constructor(query: Pick<CompareQuery, 'from' | 'to' | 'base' | 'factor' | 'limit'>) {
    this.#factor = query.factor;
    this.#ms = Math.max(1, query.to - query.from);
    this.#baseMs = Math.max(1, query.base.to - query.base.from);
    const best = () => new Best<Ranked<Ref>>(query.limit, compareChanges);
    this.#best = { verdict: best(), added: best(), gone: best(), volume: best() };
  }

  /** Takes a line as it is in the window and in the base; null where it has nothing there. */
  offer(now: FlowGroup | null, then: FlowGroup | null, ref: Ref): void {
    const group = now ?? then;
    if (group === null) return;
    const found = this.#change(now, then);
    if (found === null) return;
    this.#totals[found.kind]++;
    this.#best[found.kind].offer({
      ...found,
      id: group.id,
      ref,
      denied: group.verdict === 'deny',
      bytes: (bytesOf(now) ?? 0) + (bytesOf(then) ?? 0),
      packets: (packetsOf(now) ?? 0) + (packetsOf(then) ?? 0),
    });
  }

  /** The changes kind by kind, the gravest first, and how many there are of each. */
  finish(): {
    readonly changes: readonly FoundChange<Ref>[];
    readonly totals: Readonly<Record<ChangeKind, number>>;
  } {
    return {
      changes: CHANGE_KINDS.flatMap((kind) => this.#best[kind].sorted()),
      totals: this.#totals,
    };
  }

  #change(
    now: FlowGroup | null,
    then: FlowGroup | null,
  ): { readonly kind: ChangeKind; readonly ratio: number | null } | null {
    if (then === null) return { kind: 'added', ratio: null };
    if (now === null) return { kind: 'gone', ratio: null };
    const [rate, baseRate] = this.#rates(now, then);
    const ratio = rate === null || baseRate === null || baseRate === 0 ? null : rate / baseRate;
    if (standing(now) !== standing(then)) return { kind: 'verdict', ratio };
    if (rate === null || baseRate === null || rate === baseRate) return null;
    const far = rate >= baseRate * this.#factor || rate * this.#factor <= baseRate;
    return far ? { kind: 'volume', ratio } : null;
  }

  /** Bytes a ms in both windows, or packets where bytes are unknown in either; null where those are too. */
  #rates(now: FlowGroup, then: FlowGroup): readonly [number | null, number | null] {
    const [bytes, baseBytes] = [bytesOf(now), bytesOf(then)];
    if (bytes !== null && baseBytes !== null) return [bytes / this.#ms, baseBytes / this.#baseMs];
    const [packets, basePackets] = [packetsOf(now), packetsOf(then)];
    if (packets === null || basePackets === null) return [null, null];
    return [packets / this.#ms, basePackets / this.#baseMs];
  }
}

/** A line that would be denied counts as one that stands differently from an allowed one. */
function standing({ verdict, pending }: FlowGroup): Verdict | 'pendingDeny' {
  return wouldBeDenied(verdict, pending) ? 'pendingDeny' : verdict;
}

function bytesOf(group: FlowGroup | null): number | null {
  return group === null ? null : addCount(group.traffic.bytesSent, group.traffic.bytesReceived);
}

function packetsOf(group: FlowGroup | null): number | null {
  return group === null ? null : addCount(group.traffic.packetsSent, group.traffic.packetsReceived);
}

function compareChanges(a: Ranked<unknown>, b: Ranked<unknown>): number {
  if (a.denied !== b.denied) return a.denied ? -1 : 1;
  return b.bytes - a.bytes || b.packets - a.packets || b.id - a.id;
}
