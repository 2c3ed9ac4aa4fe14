/** What a figure is held to: at least or at most so much. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** One measured number. Without a target it only informs. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: Target;
}

/** How parts of the benchmark hand over what they measured, as soon as it is known. */
export type Report = (figure: Figure) => void;

const NAME_WIDTH = 74;
const VALUE_WIDTH = 24;
const TARGET_WIDTH = 12;

/** The figure as a line: name, value with unit, target, and whether it is met. */
export function figureLine({ name, value, unit, target }: Figure): string {
  const line = `${name.padEnd(NAME_WIDTH)} ${`${numberText(value)} ${unit}`.padStart(VALUE_WIDTH)}`;
  if (target === undefined) return line;
  const wanted = 'atLeast' in target ? `>= ${numberText(target.atLeast)}` : `<= ${numberText(target.atMost)}`;
  return `${line}   ${wanted.padEnd(TARGET_WIDTH)} ${isMet(value, target) ? 'ok' : 'below'}`;
}

/** False for a figure that could not be taken (NaN). */
export function isMet(value: number, target: Target): boolean {
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'not measured';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** The value below which a `share` (0 to 1) of the values lie; NaN when there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
