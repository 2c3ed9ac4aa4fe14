import { pendingVerdict, REPORTERS } from '@vibrissa/model';
import type { HistoryKeys } from './history-keys.js';

/** Denied, would be denied, allowed, unknown: the gravest first. */
const STANDINGS = 4;

/** Sent and received, for each side that reports. */
const SUMS = REPORTERS.length * 2;

/** Connections looked at before others may run. */
const STEP = 1_024;

/** Gives the connections of series places of their own, counted from 0. */
class Places {
  readonly #keys: HistoryKeys;
  readonly #places: Uint32Array;
  size = 0;

  constructor(keys: HistoryKeys) {
    this.#keys = keys;
    this.#places = new Uint32Array(keys.lineBound('connection'));
  }

  of(key: number): number {
    const line = this.#keys.lineOf(key, 'connection');
    const known = this.#places[line] as number;
    if (known !== 0) return known - 1;
    this.#places[line] = ++this.size;
    return this.size - 1;
  }
}

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
  keys: HistoryKeys,
  series: Uint32Array,
  masks: readonly [low: Uint32Array, high: Uint32Array],
  add: (step: number, standing: number, count: number) => void,
): Generator<void> {
  const places = new Places(keys);
  const seen = new Uint32Array(series.length * STANDINGS * 2);
  for (let row = 0; row < series.length; row++) {
    if (row % STEP === STEP - 1) yield;
    const key = keys.seriesKey(series[row] as number);
    if (!keys.has(key)) continue;
    const at = (places.of(key) * STANDINGS + standingOf(keys, key)) * 2;
    seen[at] = (seen[at] as number) | (masks[0][row] as number);
    seen[at + 1] = (seen[at + 1] as number) | (masks[1][row] as number);
  }
  for (let place = 0; place < places.size; place++) {
    if (place % STEP === STEP - 1) yield;
    for (const word of [0, 1]) {
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
  keys: HistoryKeys,
  { step, series, into, out }: MovedColumns,
  steps: number,
  add: (step: number, standing: number, moved: number) => void,
): Generator<void> {
  const places = new Places(keys);
  const connections = new Uint32Array(series.length);
  for (let row = 0; row < series.length; row++) {
    if (row % STEP === STEP - 1) yield;
    const key = keys.seriesKey(series[row] as number);
    connections[row] = keys.has(key) ? places.of(key) + 1 : 0;
  }
  const gravest = new Uint8Array(places.size * steps).fill(STANDINGS);
  const sums = new Float64Array(places.size * steps * SUMS);
  for (let row = 0; row < series.length; row++) {
    if (row % STEP === STEP - 1) yield;
    const connection = connections[row] as number;
    if (connection === 0) continue;
    const key = keys.seriesKey(series[row] as number);
    const reporter = keys.reporter(key);
    const at = (connection - 1) * steps + (step[row] as number);
    const place = at * SUMS + REPORTERS.indexOf(reporter) * 2;
    const [sent, received] = reporter === 'src' ? [out, into] : [into, out];
    gravest[at] = Math.min(gravest[at] as number, standingOf(keys, key));
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
