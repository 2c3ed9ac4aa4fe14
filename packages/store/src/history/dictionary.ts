/** Values by id, and ids by a text that tells them apart. Ids are counted from 1 and never given again. */
export class Dictionary<T> {
  readonly #ids = new Map<string, number>();
  readonly #values: (T | undefined)[] = [undefined];
  /** Stands for id 0. */
  readonly #none: T;

  constructor(none: T) {
    this.#none = none;
  }

  get size(): number {
    return this.#ids.size;
  }

  /** One more than the largest id. */
  get bound(): number {
    return this.#values.length;
  }

  /** The id of the value that `text` stands for; `make` is called when it is new. */
  idOf(text: string, make: () => T): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#values.length;
    this.#values.push(make());
    this.#ids.set(text, id);
    return id;
  }

  /** The id; 0 when the text is not held. */
  find(text: string): number {
    return this.#ids.get(text) ?? 0;
  }

  /** Puts a loaded value at its id. */
  put(id: number, text: string, value: T): void {
    while (this.#values.length < id) this.#values.push(undefined);
    this.#values[id] = value;
    this.#ids.set(text, id);
  }

  /** The value; of ids that are not held, as of 0, the one that stands for none. */
  get(id: number): T {
    return this.#values[id] ?? this.#none;
  }

  has(id: number): boolean {
    return this.#values[id] !== undefined;
  }
}
