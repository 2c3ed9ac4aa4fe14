import { pendingVerdict, REPORTERS } from '@vibrissa/model';
import type { HistoryKeys } from './history-keys.js';

/** Denied, would be denied, allowed, unknown: the gravest first. */
const STANDINGS = 4;

/** Sent and received, for each side that reports. */
const SUMS = REPORTERS.length * 2;

/** Rows, or connections, looked at before others may run. */
const STEP = 4_096;

/** What is asked of a series again and again while steps are folded: found once, and kept for all steps. */
export class SeriesPlaces {
  readonly #keys: HistoryKeys;
  /** By line of connections: its place plus one. */
  readonly #lines: Uint32Array;
  /** By series: the place of its connection plus one, or UNKNOWN. */
  readonly #places: Uint32Array;
  /** By series: standing, and the place of the reporter above it. */
  readonly #kinds: Uint8Array;
  /** How many connections have a place. */
  size = 0;

  constructor(keys: HistoryKeys) {
    this.#keys = keys;
    this.#lines = new Uint32Array(keys.lineBound('connection'));
    this.#places = new Uint32Array(keys.series.bound);
    this.#kinds = new Uint8Array(keys.series.bound);
  }

  /** The place of the series' connection, counted from 0; −1 for what was let go of meanwhile. */
  of(series: number): number {
    const known = this.#places[series] || this.#find(series);
    return known === UNKNOWN ? -1 : known - 1;
  }

  /** How a series that has a place stands, the gravest being 0. */
  standing(series: number): number {
    return (this.#kinds[series] as number) % STANDINGS;
  }

  /** The place of its reporter in REPORTERS. */
  reporter(series: number): number {
    return Math.floor((this.#kinds[series] as number) / STANDINGS);
  }

  #find(series: number): number {
    const key = this.#keys.seriesKey(series);
    let place = UNKNOWN;
    // What came since this was made has no room here; it is told by the next query.
    if (series < this.#places.length && this.#keys.has(key)) {
      const line = this.#keys.lineOf(key, 'connection');
      place = this.#lines[line] || ++this.size;
      this.#lines[line] = place;
      this.#kinds[series] =
        REPORTERS.indexOf(this.#keys.reporter(key)) * STANDINGS + standingOf(this.#keys, key);
    }
    this.#places[series] = place;
    return place;
  }
}

const UNKNOWN = 2 ** 32 - 1;
const AT_SOURCE = REPORTERS.indexOf('src');

/** How a key stands, the gravest being 0. */
function standingOf(keys: HistoryKeys, key: number): number {
  const verdict = keys.verdict(key);
  if (verdict === 'deny') return 0;
  if (pendingVerdict(keys.trace(key)) === 'deny') return 1;
  return verdict === 'allow' ? 2 : 3;
}

/**
 * Counts connections by step and standing, of masks that tell in which of up to 64 steps a series moved something. In
 * each step a connection is as the gravest of its flows there.
 */
export function* countStandings(
  places: SeriesPlaces,
  series: Uint32Array,
  masks: readonly [low: Uint32Array, high: Uint32Array],
  add: (step: number, standing: number, count: number) => void,
): Generator<void> {
  for (let row = 0; row < series.length; row++) {
    if (row % STEP === STEP - 1) yield;
    places.of(series[row] as number);
  }
  const seen = new Uint32Array(places.size * STANDINGS * 2);
  for (let row = 0; row < series.length; row++) {
    if (row % STEP === STEP - 1) yield;
    const own = series[row] as number;
    const place = places.of(own);
    if (place < 0) continue;
    const at = (place * STANDINGS + places.standing(own)) * 2;
    seen[at] = (seen[at] as number) | (masks[0][row] as number);
    seen[at + 1] = (seen[at + 1] as number) | (masks[1][row] as number);
  }
  for (let place = 0; place < places.size; place++) {
    if (place % STEP === STEP - 1) yield;
    for (let word = 0; word < 2; word++) {
      let graver = 0;
      for (let standing = 0; standing < STANDINGS; standing++) {
        const mask = seen[(place * STANDINGS + standing) * 2 + word] as number;
        for (let left = mask & ~graver; left !== 0; left &= left - 1) {
          add(word * 32 + 31 - Math.clz32(left & -left), standing, 1);
        }
        graver |= mask;
      }
    }
  }
}

/** What series moved in steps: parallel columns, `into` and `out` as their reporters count. */
export interface MovedColumns {
  readonly step: Uint32Array;
  readonly series: Uint32Array;
  readonly into: Float64Array;
  readonly out: Float64Array;
}

/**
 * Sums what connections moved by step and standing. Both sides report the same traffic, so of their reports the
 * larger of each direction is taken.
 */
export function* sumMoved(
  places: SeriesPlaces,
  { step, series, into, out }: MovedColumns,
  steps: number,
  add: (step: number, standing: number, moved: number) => void,
): Generator<void> {
  for (let row = 0; row < series.length; row++) {
    if (row % STEP === STEP - 1) yield;
    places.of(series[row] as number);
  }
  const gravest = new Uint8Array(places.size * steps).fill(STANDINGS);
  const sums = new Float64Array(places.size * steps * SUMS);
  for (let row = 0; row < series.length; row++) {
    if (row % STEP === STEP - 1) yield;
    const own = series[row] as number;
    const connection = places.of(own);
    if (connection < 0) continue;
    const reporter = places.reporter(own);
    const at = connection * steps + (step[row] as number);
    const place = at * SUMS + reporter * 2;
    const [sent, received] = reporter === AT_SOURCE ? [out, into] : [into, out];
    gravest[at] = Math.min(gravest[at] as number, places.standing(own));
    sums[place] = (sums[place] as number) + (sent[row] as number);
    sums[place + 1] = (sums[place + 1] as number) + (received[row] as number);
  }
  for (let at = 0; at < gravest.length; at++) {
    if (at % STEP === STEP - 1) yield;
    if (gravest[at] === STANDINGS) continue;
    let [sent, received] = [0, 0];
    for (let place = at * SUMS; place < (at + 1) * SUMS; place += 2) {
      sent = Math.max(sent, sums[place] as number);
      received = Math.max(received, sums[place + 1] as number);
    }
    add(at % steps, gravest[at] as number, sent + received);
  }
}
