/** The first of everything offered, in the order of `compare`: a bounded number, in memory for twice that. */
export class Best<Item> {
  readonly #room: number;
  readonly #compare: (a: Item, b: Item) => number;
  #held: Item[] = [];
  #last: Item | null = null;

  constructor(room: number, compare: (a: Item, b: Item) => number) {
    this.#room = room;
    this.#compare = compare;
  }

  offer(item: Item): void {
    if (this.#room <= 0 || (this.#last !== null && this.#compare(item, this.#last) >= 0)) return;
    this.#held.push(item);
    if (this.#held.length >= this.#room * 2) this.#cut();
  }

  sorted(): readonly Item[] {
    this.#cut();
    return this.#held;
  }

  #cut(): void {
    this.#held.sort(this.#compare);
    if (this.#held.length < this.#room) return;
    this.#held = this.#held.slice(0, this.#room);
    this.#last = this.#held.at(-1) ?? null;
  }
}
