import type { Row } from './row.js';
import { compareKeys, type RowSort, type SortKey } from './row-sort.js';

/** Where a row stands: by what it was last placed with, which may be older than what the row says now. */
interface Place {
  readonly row: Row;
  readonly serial: number;
  key: SortKey;
  firstSeen: number;
  /** Waits to be put in its place, or to be taken out. */
  moving: boolean;
  /** Is being moved in this step. */
  lifted: boolean;
}

/**
 * Rows in order while they change. Only what changed is sorted; it is then merged into the rest, which
 * costs one pass. Because a place remembers its key, the rest is in order at every moment. Work is done
 * in steps, so that a new sort of many rows never holds up a frame.
 */
export class RowOrder {
  /** In order as of the last settle. Never written to after it was handed out. */
  rows: readonly Row[] = [];

  #sort: RowSort;
  #serial = 0;
  #order: Place[] = [];
  /** The order under a new sort, while that is not complete. */
  #next: Place[] | null = null;
  readonly #places = new Map<Row, Place>();
  readonly #moving = new Set<Place>();

  constructor(sort: RowSort) {
    this.#sort = sort;
  }

  get settled(): boolean {
    return this.#moving.size === 0 && this.#next === null;
  }

  /** Call when a row is new or has changed. */
  touch(row: Row): void {
    let place = this.#places.get(row);
    if (place === undefined) {
      this.#serial += 1;
      place = { row, serial: this.#serial, key: null, firstSeen: 0, moving: false, lifted: false };
      this.#places.set(row, place);
    } else if (place.moving || (!row.gone && this.#stands(place))) {
      return;
    }
    place.moving = true;
    this.#moving.add(place);
  }

  /** Starts over under another sort; `rows` stays as it is until that is done. */
  resort(sort: RowSort): void {
    this.#sort = sort;
    this.#next = [];
    for (const place of this.#places.values()) {
      place.moving = true;
      this.#moving.add(place);
    }
  }

  /** Puts at most `budget` changed rows in their places. True when none is left. */
  settle(budget: number): boolean {
    if (this.settled) return true;
    const lifted = this.#lift(budget);
    const entering = lifted.filter(({ row }) => !row.gone);
    for (const place of entering) {
      place.key = this.#sort.keyOf(place.row);
      place.firstSeen = place.row.firstSeen;
    }
    const { descending } = this.#sort;
    entering.sort((a, b) => compare(a, b, descending));
    const merged = merge(this.#next ?? this.#order, entering, descending);
    for (const place of lifted) {
      place.lifted = false;
      if (place.row.gone) this.#places.delete(place.row);
    }
    if (this.#next !== null && this.#moving.size > 0) {
      this.#next = merged;
    } else {
      this.#next = null;
      this.#order = merged;
      this.rows = merged.map(({ row }) => row);
    }
    return this.settled;
  }

  #stands(place: Place): boolean {
    return place.key === this.#sort.keyOf(place.row) && place.firstSeen === place.row.firstSeen;
  }

  #lift(budget: number): Place[] {
    const lifted: Place[] = [];
    for (const place of this.#moving) {
      if (lifted.length >= budget) break;
      lifted.push(place);
    }
    for (const place of lifted) {
      this.#moving.delete(place);
      place.moving = false;
      place.lifted = true;
    }
    return lifted;
  }
}

function merge(rest: readonly Place[], entering: readonly Place[], descending: boolean): Place[] {
  const merged: Place[] = [];
  let at = 0;
  let next = entering[0];
  for (const place of rest) {
    if (place.lifted) continue;
    while (next !== undefined && compare(next, place, descending) < 0) {
      merged.push(next);
      at += 1;
      next = entering[at];
    }
    merged.push(place);
  }
  for (const place of entering.slice(at)) merged.push(place);
  return merged;
}

/** Equal keys: the newest to appear first, so that a row moves only when its key changes. */
function compare(a: Place, b: Place, descending: boolean): number {
  return compareKeys(a.key, b.key, descending) || b.firstSeen - a.firstSeen || b.serial - a.serial;
}
