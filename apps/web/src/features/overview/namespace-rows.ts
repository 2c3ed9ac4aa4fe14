import type { TopReply } from '@vibrissa/protocol/messages';
import type { Namespaces } from './useOverview.js';

/** What the connections from and to a namespace did. */
export interface NamespaceRow {
  /** Empty for connections neither end of which has one. */
  readonly namespace: string;
  readonly flows: number;
  readonly bytes: number;
  /** Null until it is known, like the rest. */
  readonly denied: number | null;
  readonly wouldBeDenied: number | null;
  /** Bytes to and from places outside the cluster. */
  readonly leaving: number | null;
}

export type NamespaceColumn = keyof NamespaceRow;

/** Puts the four answers together, namespace by namespace. */
export function namespaceRows(answers: Namespaces): readonly NamespaceRow[] {
  const denied = amounts(answers.denied.data, 'flows');
  const would = amounts(answers.wouldBeDenied.data, 'flows');
  const leaving = amounts(answers.leaving.data, 'bytes');
  const of = (known: ReadonlyMap<string, number> | null, namespace: string) =>
    known === null ? null : (known.get(namespace) ?? 0);
  return (answers.all.data?.rows ?? []).map(({ values: [namespace = ''], flows, bytes }) => ({
    namespace,
    flows,
    bytes,
    denied: of(denied, namespace),
    wouldBeDenied: of(would, namespace),
    leaving: of(leaving, namespace),
  }));
}

function amounts(
  reply: TopReply | undefined,
  measure: 'flows' | 'bytes',
): ReadonlyMap<string, number> | null {
  return reply === undefined ? null : new Map(reply.rows.map((row) => [row.values[0] ?? '', row[measure]]));
}

/** By a column; ties by what is denied, what would be, how much moved, and the name. */
export function sortedNamespaces(
  rows: readonly NamespaceRow[],
  column: NamespaceColumn,
  descending: boolean,
): readonly NamespaceRow[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted(
    (a, b) =>
      sign * compare(a[column], b[column]) ||
      compare(b.denied, a.denied) ||
      compare(b.wouldBeDenied, a.wouldBeDenied) ||
      compare(b.bytes, a.bytes) ||
      compare(a.namespace, b.namespace),
  );
}

function compare(a: string | number | null, b: string | number | null): number {
  const [x, y] = [a ?? -1, b ?? -1];
  return x < y ? -1 : x > y ? 1 : 0;
}
