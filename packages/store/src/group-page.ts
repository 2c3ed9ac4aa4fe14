import type { FlowGroup, Millis } from '@vibrissa/model';
import { Best } from './best.js';
import type { FlowSort, FlowsQuery } from './flow-store.js';
import { type PageCursor, readCursor, writeCursor } from './page-cursor.js';
import { compareSortValues, type SortValue, sortValue } from './sort-value.js';

interface Offered<Ref> {
  readonly id: number;
  readonly value: SortValue;
  readonly ref: Ref;
}

/** A line of the page: `ref` is what was offered with it. */
export interface Chosen<Ref> {
  readonly id: number;
  readonly ref: Ref;
}

/**
 * Picks the lines of one page out of all that match. Every engine collects with it, so that all agree on
 * order, ties and cursors.
 */
export class GroupPage<Ref> {
  /** The window to read: the query's, or that of the page before. */
  readonly from: Millis;
  readonly to: Millis;
  readonly #limit: number;
  readonly #sort: FlowSort | null;
  readonly #after: PageCursor | null;
  readonly #best: Best<Offered<Ref>>;
  #total = 0;

  /** @throws BadCursorError */
  constructor(query: Pick<FlowsQuery, 'from' | 'to' | 'limit' | 'sort' | 'cursor'>) {
    this.#sort = query.sort ?? null;
    this.#after = query.cursor === undefined ? null : readCursor(query.cursor, query.sort);
    this.from = this.#after?.from ?? query.from;
    this.to = this.#after?.to ?? query.to;
    this.#limit = query.limit;
    this.#best = new Best(query.limit + 1, (a, b) => this.#compare(a, b));
  }

  /** Lines that match, on this page or not. */
  get total(): number {
    return this.#total;
  }

  /** Takes a line that matches. */
  offer(group: FlowGroup, ref: Ref): void {
    this.offerValue(group.id, this.#sort === null ? null : sortValue(group, this.#sort.column), ref);
  }

  /** The same, for who knows a line's id and what it is sorted by without having it. */
  offerValue(id: number, value: SortValue, ref: Ref): void {
    this.#total++;
    const line = { id, value, ref };
    if (this.#after === null || this.#compare(line, this.#after) > 0) this.#best.offer(line);
  }

  /** The lines of the page in order, and the cursor of the next page; null on the last. */
  finish(): { readonly lines: readonly Chosen<Ref>[]; readonly next: string | null } {
    const sorted = this.#best.sorted();
    const last = sorted.length > this.#limit ? sorted[this.#limit - 1] : undefined;
    const { from, to } = this;
    return {
      lines: sorted.slice(0, this.#limit),
      next:
        last === undefined
          ? null
          : writeCursor({ id: last.id, value: last.value, sort: this.#sort, from, to }),
    };
  }

  #compare(a: Omit<Offered<Ref>, 'ref'>, b: Omit<Offered<Ref>, 'ref'>): number {
    const order = this.#sort === null ? 0 : compareSortValues(a.value, b.value, this.#sort.descending);
    return order !== 0 ? order : b.id - a.id;
  }
}
