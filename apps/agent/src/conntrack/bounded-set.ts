/** A set that forgets what it has had longest when it is full. */
export class BoundedSet<Value> {
  readonly #values = new Set<Value>();

  constructor(readonly most: number) {}

  has(value: Value): boolean {
    return this.#values.has(value);
  }

  /** True when it was not in there. */
  add(value: Value): boolean {
    if (this.#values.has(value)) return false;
    if (this.#values.size >= this.most) {
      for (const oldest of this.#values) {
        this.#values.delete(oldest);
        break;
      }
    }
    this.#values.add(value);
    return true;
  }

  /** True when it was in there. */
  delete(value: Value): boolean {
    return this.#values.delete(value);
  }
}
