/** Sorted `key=value` pairs; `null` when the source did not say (aggregated away). */
export type Labels = readonly string[] | null;

/** The labels common to both, as Goldmane merges them; what is unknown takes nothing away. */
export function intersectLabels(a: Labels, b: Labels): Labels {
  if (a === null || a === b) return b;
  if (b === null) return a;
  const other = new Set(b);
  const common = a.filter((label) => other.has(label));
  return common.length === a.length ? a : common;
}
