import { type Cidr, parseCidr, parseIp } from '@vibrissa/model';
import type { Match } from './match.js';

type Family = 4 | 6;

/** Where an address is: one or more ranges of each family, both ends included. */
export interface Whereabouts {
  readonly v4: readonly (readonly [number, number])[];
  readonly v6: readonly (readonly [bigint, bigint])[];
}

const ANYWHERE: Whereabouts = { v4: [[0, 2 ** 32 - 1]], v6: [[0n, 2n ** 128n - 1n]] };

/** Where an end can be, from its address or the blocks that it is in. */
export function whereabouts(ip: string | null, within: readonly Cidr[] | undefined): Whereabouts {
  if (ip !== null) {
    const address = parseIp(ip);
    if (address === null) return ANYWHERE;
    if (address.version === 6) return { v4: [], v6: [[address.bits, address.bits]] };
    const bits = Number(address.bits);
    return { v4: [[bits, bits]], v6: [] };
  }
  return within === undefined ? ANYWHERE : rangesOf(within);
}

function rangesOf(blocks: readonly Cidr[]): Whereabouts {
  const v4 = blocks.flatMap(({ version, first, last }) =>
    version === 4 ? [[Number(first), Number(last)] as const] : [],
  );
  const v6 = blocks.flatMap(({ version, first, last }) => (version === 6 ? [[first, last] as const] : []));
  return { v4: merge(v4, (last) => last + 1), v6: merge(v6, (last) => last + 1n) };
}

function merge<N extends number | bigint>(
  ranges: readonly (readonly [N, N])[],
  next: (last: N) => number | bigint,
): readonly (readonly [N, N])[] {
  const sorted = [...ranges].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const merged: [N, N][] = [];
  for (const [first, last] of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && first <= next(before[1])) {
      if (last > before[1]) before[1] = last;
    } else merged.push([first, last]);
  }
  return merged;
}

/** The one family that an address can be of; null when it may be either. */
export function familyOf({ v4, v6 }: Whereabouts): Family | null {
  if (v4.length > 0 && v6.length > 0) return null;
  return v4.length > 0 ? 4 : 6;
}

/** The blocks of a rule, made ready to look addresses up. */
export class NetSet {
  private readonly ranges: Whereabouts;

  /** Texts that are no blocks are left out, as Calico does. */
  constructor(texts: readonly string[]) {
    this.ranges = rangesOf(texts.map(parseCidr).filter((net) => net !== null));
  }

  /** `family` is that of the connection where it is known: both ends have the same. */
  match({ v4, v6 }: Whereabouts, family: Family | null): Match {
    let inside = 0;
    let all = 0;
    if (family !== 6) {
      for (const range of v4) inside += share(this.ranges.v4, range);
      all += v4.length;
    }
    if (family !== 4) {
      for (const range of v6) inside += share(this.ranges.v6, range);
      all += v6.length;
    }
    if (inside === 0) return 'no';
    return inside === all ? 'yes' : 'maybe';
  }
}

/** 1 when the range is wholly in one of the sorted ranges, 0 when it touches none, else between. */
function share<N extends number | bigint>(
  sorted: readonly (readonly [N, N])[],
  [first, last]: readonly [N, N],
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = sorted[middle];
    if (range !== undefined && range[1] < first) low = middle + 1;
    else high = middle;
  }
  const found = sorted[low];
  if (found === undefined || found[0] > last) return 0;
  return found[0] <= first && last <= found[1] ? 1 : 0.5;
}
