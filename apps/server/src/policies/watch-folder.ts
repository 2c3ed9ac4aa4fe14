import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '@vibrissa/model';
import { EMPTY_RULEBOOK } from '@vibrissa/policy';
import type { Logger } from '../logger.js';
import { Debounce } from './debounce.js';
import type { KnownPolicies, SourceState } from './known-policies.js';
import { listedProblems } from './listed-problems.js';
import { PARSE_LIMITS, ParseError, parseFiles } from './parse-files.js';
import { FOLDER_LIMITS, FolderError, type FolderLimits, listFolder, readFiles } from './read-folder.js';

export interface FolderOptions {
  readonly folder: string;
  readonly policies: KnownPolicies;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: FolderLimits;
  /** How long a folder that changes is left to come to rest, ms. */
  readonly quietMs?: number;
  /** How often it is looked at in any case, ms: a watch does not see where links lead, nor other machines' disks. */
  readonly everyMs?: number;
}

const QUIET_MS = 300;
/** Whoever writes without pause is read in between, ms. */
const MOST_MS = 3_000;
const EVERY_MS = 10_000;
/** Watches are few on a machine, and shared by all that runs there. */
const MOST_WATCHES = 256;

/** Keeps what is known of a folder's policies as its files change. */
export class FolderPolicies {
  readonly #options: FolderOptions;
  readonly #debounce: Debounce;
  readonly #watches = new Map<string, FSWatcher>();
  readonly #timer: NodeJS.Timeout;
  #state: SourceState;
  #stamp: string | null = null;
  #looking: Promise<void> | null = null;
  #isDue = false;
  readonly #closing = new AbortController();

  constructor(options: FolderOptions) {
    this.#options = options;
    const { folder, quietMs = QUIET_MS, everyMs = EVERY_MS } = options;
    this.#state = {
      kind: 'folder',
      name: folder,
      state: 'loading',
      detail: null,
      readAt: null,
      problems: [],
      rulebook: EMPTY_RULEBOOK,
    };
    options.policies.put(this.#state);
    this.#debounce = new Debounce({ quietMs, mostMs: MOST_MS, restMs: quietMs }, () => this.#look());
    this.#timer = setInterval(() => this.#look(), everyMs);
    this.#look();
  }

  /** Looks no more; what is known stays. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#debounce.end();
    clearInterval(this.#timer);
    for (const one of this.#watches.values()) one.close();
    await this.#looking;
  }

  /** One look at a time; what changes meanwhile is looked at right after. */
  #look(): void {
    if (this.#looking !== null) {
      this.#isDue = true;
      return;
    }
    this.#looking = this.#read().finally(() => {
      this.#looking = null;
      if (!this.#isDue || this.#closing.signal.aborted) return;
      this.#isDue = false;
      this.#debounce.touch();
    });
  }

  async #read(): Promise<void> {
    const { folder, clock, log, limits = FOLDER_LIMITS } = this.#options;
    try {
      const listing = await listFolder(folder, limits);
      if (this.#closing.signal.aborted) return;
      this.#watch(listing.folders);
      if (listing.stamp === this.#stamp) return;
      // What takes too long is not tried again before it changes.
      this.#stamp = listing.stamp;
      const { files, problems } = await readFiles(folder, listing.files, limits);
      const parsed = await parseFiles(files, PARSE_LIMITS, this.#closing.signal);
      if (this.#closing.signal.aborted) return;
      const all = [...listing.problems, ...problems, ...parsed.problems];
      log.info(
        { folder, files: files.length, policies: parsed.rulebook.policies.length, problems: all.length },
        'policies were read',
      );
      this.#put({
        state: 'ready',
        detail: files.length === 0 ? `${folder} has no YAML or JSON files` : null,
        readAt: clock.now(),
        problems: listedProblems(all),
        rulebook: parsed.rulebook,
      });
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      if (error instanceof ParseError) this.#fail(`${folder}: ${error.message}`);
      else {
        this.#stamp = null;
        const why =
          error instanceof FolderError ? error.message : `${folder} cannot be read: ${String(error)}`;
        this.#fail(`${why}; put it right or change VIBRISSA_POLICIES, and it is read as soon as it can be`);
      }
    }
  }

  #fail(detail: string): void {
    if (this.#state.state === 'failed' && this.#state.detail === detail) return;
    this.#options.log.warn({ reason: detail }, 'policies cannot be read');
    this.#put({ state: 'failed', detail });
  }

  #put(change: Partial<SourceState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.policies.put(this.#state);
  }

  #watch(folders: ReadonlyMap<string, string>): void {
    for (const [id, one] of this.#watches) {
      if (folders.has(id)) continue;
      one.close();
      this.#watches.delete(id);
    }
    for (const [id, folder] of folders) {
      if (this.#watches.size < MOST_WATCHES && !this.#watches.has(id)) this.#watchOne(id, folder);
    }
  }

  #watchOne(id: string, folder: string): void {
    try {
      const one = watch(folder, () => this.#debounce.touch());
      one.on('error', () => {
        one.close();
        if (this.#watches.get(id) === one) this.#watches.delete(id);
      });
      this.#watches.set(id, one);
    } catch (error) {
      // The machine has no more watches, or the folder is gone: it is looked at now and then in any case.
      this.#options.log.debug({ err: error, folder }, 'a folder is not watched');
    }
  }
}
