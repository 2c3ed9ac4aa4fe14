import { type Endpoint, type FlowGroup, workloadOf } from '@vibrissa/model';
import type { BeforeAfterVerdict } from './before-after.js';
import type { Amounts, ChangeDirection, ChangeTotals } from './verdict-change.js';
import { CHANGE_DIRECTIONS } from './verdict-change.js';

/** What was added up of lines that change alike: one pair, port and protocol, whatever the rollout. */
export interface TalliedChange extends Amounts {
  readonly direction: ChangeDirection;
  readonly verdict: BeforeAfterVerdict;
  /** The one seen last. */
  readonly line: FlowGroup;
}

interface Open {
  readonly direction: ChangeDirection;
  /** Tells pairs apart where all else is equal, so that the order of lines does not matter. */
  readonly id: string;
  verdict: BeforeAfterVerdict;
  line: FlowGroup;
  connections: number;
  bytes: number;
  firstSeen: number;
  lastSeen: number;
}

/** Adds up the lines that change, in each direction all of them, and keeps the pairs with the most connections. */
export class ChangeTally {
  readonly totals: Record<ChangeDirection, ChangeTotals> = {
    'newly-denied': NONE,
    'newly-allowed': NONE,
    uncertain: NONE,
  };
  private readonly open = new Map<string, Open>();
  private forgot = false;

  /** `most` is how many changes are listed in the end. */
  constructor(private readonly most: number) {}

  add(direction: ChangeDirection, verdict: BeforeAfterVerdict, line: FlowGroup): void {
    const connections = line.traffic.connectionsStarted ?? 0;
    const bytes = (line.traffic.bytesSent ?? 0) + (line.traffic.bytesReceived ?? 0);
    const sum = this.totals[direction];
    this.totals[direction] = {
      lines: sum.lines + 1,
      connections: sum.connections + connections,
      bytes: sum.bytes + bytes,
    };
    const id = idOf(direction, line);
    const found = this.open.get(id);
    if (found === undefined) {
      const { firstSeen, lastSeen } = line;
      this.open.set(id, { direction, id, verdict, line, connections, bytes, firstSeen, lastSeen });
      if (this.open.size > this.mostOpen() * 2) this.prune();
      return;
    }
    if (isAfter(line, found.line)) {
      found.line = line;
      found.verdict = verdict;
    }
    found.connections += connections;
    found.bytes += bytes;
    found.firstSeen = Math.min(found.firstSeen, line.firstSeen);
    found.lastSeen = Math.max(found.lastSeen, line.lastSeen);
  }

  /** The gravest first, at most `most`. */
  top(): { readonly changes: readonly TalliedChange[]; readonly isCut: boolean } {
    const all = [...this.open.values()].sort(byGravity);
    return { changes: all.slice(0, this.most), isCut: this.forgot || all.length > this.most };
  }

  /** A window can hold more changed pairs than anybody reads: those with hardly any traffic are not kept. */
  private prune(): void {
    const kept = [...this.open.values()].sort(byGravity).slice(0, this.mostOpen());
    this.open.clear();
    for (const one of kept) this.open.set(one.id, one);
    this.forgot = true;
  }

  private mostOpen(): number {
    return Math.max(LEAST_OPEN, this.most * 4);
  }
}

const NONE: ChangeTotals = { lines: 0, connections: 0, bytes: 0 };
const LEAST_OPEN = 10_000;

function idOf(direction: ChangeDirection, { key: { source, dest, port, protocol } }: FlowGroup): string {
  return JSON.stringify([direction, endId(source), endId(dest), port, protocol]);
}

/** A rollout gives a workload another generated name, and a person still means the same. */
function endId(endpoint: Endpoint): readonly string[] {
  return [endpoint.kind, endpoint.namespace, workloadOf(endpoint), endpoint.address];
}

function isAfter(a: FlowGroup, b: FlowGroup): boolean {
  if (a.lastSeen !== b.lastSeen) return a.lastSeen > b.lastSeen;
  return nameOf(a) < nameOf(b);
}

function nameOf({ key: { source, dest } }: FlowGroup): string {
  return `${source.name} ${dest.name}`;
}

function byGravity(a: Open, b: Open): number {
  return (
    CHANGE_DIRECTIONS.indexOf(a.direction) - CHANGE_DIRECTIONS.indexOf(b.direction) ||
    b.connections - a.connections ||
    b.bytes - a.bytes ||
    (a.id < b.id ? -1 : 1)
  );
}
