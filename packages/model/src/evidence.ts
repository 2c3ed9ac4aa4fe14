/**
 * The values seen of one thing: a few kept with how many reports named them, and the number of all
 * mentions, so that what was left out is known.
 *
 * The kept ones are the smallest in string order. A value once pushed out is never among the smallest of
 * a larger set, so the counts of those that stay are exact and merging is associative and commutative.
 */
export interface Tally {
  readonly kept: readonly (readonly [value: string, mentions: number])[];
  readonly mentions: number;
}

/** How many values a tally keeps. */
export const TALLY_CAP = 8;

export const EMPTY_TALLY: Tally = Object.freeze({ kept: [], mentions: 0 });

/** What was seen of a flow beyond its key: never part of its identity. */
export interface Evidence {
  readonly sourceIps: Tally;
  readonly destIps: Tally;
  readonly sourcePorts: Tally;
  readonly dnsNames: Tally;
  readonly nodes: Tally;
  /** Why packets were lost or went unanswered, as the source names it: `POLICY_DENIED`, `no reply`. */
  readonly drops: Tally;
  /** What was asked of the application and what it said: `GET /cart 200`, `DNS A db.example.com NXDOMAIN`. */
  readonly calls: Tally;
}

export const EVIDENCE_NAMES = [
  'sourceIps',
  'destIps',
  'sourcePorts',
  'dnsNames',
  'nodes',
  'drops',
  'calls',
] as const satisfies readonly (keyof Evidence)[];

export const NO_EVIDENCE: Evidence = Object.freeze({
  sourceIps: EMPTY_TALLY,
  destIps: EMPTY_TALLY,
  sourcePorts: EMPTY_TALLY,
  dnsNames: EMPTY_TALLY,
  nodes: EMPTY_TALLY,
  drops: EMPTY_TALLY,
  calls: EMPTY_TALLY,
});

/** The tally of one report that names `values`, each once. */
export function tallyOf(values: readonly string[]): Tally {
  if (values.length === 0) return EMPTY_TALLY;
  const distinct = [...new Set(values)].sort();
  return {
    kept: distinct.slice(0, TALLY_CAP).map((value) => [value, 1] as const),
    mentions: distinct.length,
  };
}

/** How many mentions named a value that was not kept. */
export function leftOut(tally: Tally): number {
  return tally.mentions - tally.kept.reduce((sum, [, mentions]) => sum + mentions, 0);
}

export function mergeTally(a: Tally, b: Tally): Tally {
  if (a.mentions === 0) return b;
  if (b.mentions === 0) return a;
  const counts = new Map(a.kept);
  for (const [value, mentions] of b.kept) counts.set(value, (counts.get(value) ?? 0) + mentions);
  const kept = [...counts].sort(([x], [y]) => (x < y ? -1 : 1)).slice(0, TALLY_CAP);
  return { kept, mentions: a.mentions + b.mentions };
}

export function mergeEvidence(a: Evidence, b: Evidence): Evidence {
  if (a === NO_EVIDENCE) return b;
  if (b === NO_EVIDENCE) return a;
  return {
    sourceIps: mergeTally(a.sourceIps, b.sourceIps),
    destIps: mergeTally(a.destIps, b.destIps),
    sourcePorts: mergeTally(a.sourcePorts, b.sourcePorts),
    dnsNames: mergeTally(a.dnsNames, b.dnsNames),
    nodes: mergeTally(a.nodes, b.nodes),
    drops: mergeTally(a.drops, b.drops),
    calls: mergeTally(a.calls, b.calls),
  };
}
