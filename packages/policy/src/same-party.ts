import type { Party } from './connection.js';

/** True for ends that no policy can tell apart. */
export function sameParty(a: Party, b: Party): boolean {
  return a === b || textOf(a) === textOf(b);
}

function textOf({ labels, unsure, within, each, ...rest }: Party): string {
  return JSON.stringify([
    labels === undefined ? 'none' : labels === null ? 'unknown' : sorted(labels),
    unsure === undefined
      ? null
      : [[...unsure.keys].sort(), unsure.own, unsure.namespace, unsure.serviceAccount],
    each?.map(textOf) ?? null,
    within?.map(({ version, first, last }) => [version, `${first}`, `${last}`]) ?? null,
    Object.entries({
      ...rest,
      sets: rest.sets?.map(({ name, labels: of, certain }) => [name, sorted(of), certain]),
    })
      .filter(([, value]) => value !== undefined)
      .sort(([x], [y]) => (x < y ? -1 : 1)),
  ]);
}

function sorted(labels: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...labels].sort(([x], [y]) => (x < y ? -1 : 1));
}
