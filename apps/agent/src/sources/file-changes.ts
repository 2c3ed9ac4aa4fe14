import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Tells when to look at a file again: when the system announces a change, and every so often regardless. */
export class FileChanges {
  #watcher: FSWatcher | null = null;
  #hasChanged = false;
  #wake: () => void = () => {};

  constructor(
    path: string,
    readonly pollMs: number,
    readonly signal: AbortSignal,
  ) {
    const base = basename(path);
    try {
      this.#watcher = watch(dirname(path), (_event, name) => {
        if (name === null || name === base) this.#announce();
      });
      // Some file systems announce nothing; looking every so often still works there.
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      this.#watcher = null;
    }
    signal.addEventListener('abort', this.#announce);
  }

  /** Resolves at the next change, after `pollMs`, or when the signal aborts. */
  async next(): Promise<void> {
    if (!this.#hasChanged && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.pollMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#hasChanged = false;
  }

  close(): void {
    this.#watcher?.close();
    this.signal.removeEventListener('abort', this.#announce);
  }

  readonly #announce = (): void => {
    this.#hasChanged = true;
    this.#wake();
  };
}
