import { PagedWords } from './paged.js';
import { UseCounts } from './use-counts.js';

/** Gives equal values one small integer; id 0 is the first value, given at creation. */
export class Interner<T> {
  readonly #ids = new Map<string, number>();
  readonly #values: (T | undefined)[] = [];
  readonly #texts: (string | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #generations = new PagedWords(1);
  readonly uses = new UseCounts();

  constructor(first: T, text: string) {
    this.intern(text, () => first);
  }

  /** How many values are held. */
  get size(): number {
    return this.#ids.size;
  }

  /** The id of the value that `text` stands for; `make` is called when it is new. */
  intern(text: string, make: () => T): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#free.pop() ?? this.#values.length;
    this.#generations.reserve(id);
    this.#values[id] = make();
    this.#texts[id] = text;
    this.#ids.set(text, id);
    return id;
  }

  get(id: number): T {
    const value = this.#values[id];
    if (value === undefined) throw new RangeError(`no interned value has the id ${id}`);
    return value;
  }

  /** How often the id has stood for something that was forgotten. */
  generation(id: number): number {
    return this.#generations.get(id, 0);
  }

  /** Forgets, among `budget` more values, those that are not used; true when all have been looked at. */
  sweep(budget: number): boolean {
    return this.uses.sweep(this.#values.length, budget, (id) => {
      const text = this.#texts[id];
      if (text === undefined) return;
      this.#ids.delete(text);
      this.#generations.set(id, 0, this.#generations.get(id, 0) + 1);
      this.#values[id] = undefined;
      this.#texts[id] = undefined;
      this.#free.push(id);
    });
  }
}
