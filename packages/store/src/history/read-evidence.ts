import {
  EMPTY_TALLY,
  EVIDENCE_NAMES,
  type Evidence,
  NO_EVIDENCE,
  TALLY_CAP,
  type Tally,
} from '@vibrissa/model';
import { gather, rowsOf } from './fold-columns.js';
import type { HistoryKeys } from './history-keys.js';
import { bytes, floats, words } from './read-columns.js';
import type { QuerySession } from './read-session.js';
import { type Sql, sql } from './sql.js';

/** Evidence of many keys, as numbers; texts are made for what is looked at. */
export class EvidenceRows {
  readonly #keys: Pick<HistoryKeys, 'texts'>;
  readonly #kind: Uint8Array;
  readonly #value: Uint32Array;
  readonly #mentions: Float64Array;
  /** By key: its first row and the one past its last. */
  readonly #places = new Map<number, readonly [from: number, to: number]>();

  /** The rows are sorted by key. */
  constructor(
    keys: Pick<HistoryKeys, 'texts'>,
    key: Uint32Array,
    kind: Uint8Array,
    value: Uint32Array,
    mentions: Float64Array,
  ) {
    this.#keys = keys;
    this.#kind = kind;
    this.#value = value;
    this.#mentions = mentions;
    for (let from = 0; from < key.length; ) {
      const own = key[from] as number;
      let to = from + 1;
      while (key[to] === own) to++;
      this.#places.set(own, [from, to]);
      from = to;
    }
  }

  of(key: number): Evidence {
    const place = this.#places.get(key);
    if (place === undefined) return NO_EVIDENCE;
    const kept: [string, number][][] = EVIDENCE_NAMES.map(() => []);
    const mentions = EVIDENCE_NAMES.map(() => 0);
    for (let row = place[0]; row < place[1]; row++) {
      const kind = this.#kind[row] as number;
      const value = this.#value[row] as number;
      const count = this.#mentions[row] as number;
      mentions[kind] = (mentions[kind] ?? 0) + count;
      if (value !== 0) kept[kind]?.push([this.#keys.texts.get(value), count]);
    }
    const tally = (at: number): Tally => tallyOfRows(kept[at] ?? [], mentions[at] ?? 0);
    return {
      sourceIps: tally(0),
      destIps: tally(1),
      sourcePorts: tally(2),
      dnsNames: tally(3),
      nodes: tally(4),
      drops: tally(5),
      calls: tally(6),
    };
  }
}

function tallyOfRows(rows: [string, number][], mentions: number): Tally {
  if (mentions === 0) return EMPTY_TALLY;
  return { kept: rows.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, TALLY_CAP), mentions };
}

/** Reads everything seen of keys; `wanted` is a condition on `key`, null for all. */
export async function readEvidence(
  session: QuerySession,
  keys: Pick<HistoryKeys, 'texts'>,
  wanted: Sql | null,
): Promise<EvidenceRows> {
  const { chunks } = await session.run(
    sql`SELECT key, kind, value, sum(mentions)::DOUBLE FROM evidence
      ${wanted === null ? sql`` : sql`WHERE ${wanted}`} GROUP BY key, kind, value ORDER BY key`,
  );
  const length = rowsOf(chunks);
  return new EvidenceRows(
    keys,
    gather(chunks, 0, words, new Uint32Array(length)),
    gather(chunks, 1, bytes, new Uint8Array(length)),
    gather(chunks, 2, words, new Uint32Array(length)),
    gather(chunks, 3, floats, new Float64Array(length)),
  );
}
