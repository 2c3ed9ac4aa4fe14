/**
 * What is known by a text, for the most recently used ones: two generations, of which the older is forgotten
 * when the younger is full. Bounded by entries and by characters, as texts come from outside.
 */
export class RecentTexts<Value> {
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  #characters = 0;

  constructor(
    readonly maxEntries: number,
    readonly maxCharacters: number,
  ) {}

  get(text: string): Value | undefined {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const old = this.#old.get(text);
    if (old !== undefined) this.set(text, old);
    return old;
  }

  set(text: string, value: Value): void {
    this.#characters += text.length;
    if (this.#young.size >= this.maxEntries || this.#characters > this.maxCharacters) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#characters = text.length;
    }
    this.#young.set(text, value);
  }
}
