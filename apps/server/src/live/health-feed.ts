import type { Health } from '@vibrissa/protocol/messages';

/** Tells every connected browser, once a second, how the server is doing. Laid out once for all. */
export class HealthFeed {
  readonly #read: () => Health;
  readonly #listeners = new Set<(message: string) => void>();

  constructor(read: () => Health) {
    this.#read = read;
  }

  /** How many browsers listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  listen(listener: (message: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  latest(): string {
    return JSON.stringify(this.#read());
  }

  publish(): void {
    if (this.#listeners.size === 0) return;
    const message = this.latest();
    for (const listener of this.#listeners) listener(message);
  }
}
