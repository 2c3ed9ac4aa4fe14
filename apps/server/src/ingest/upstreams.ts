import { unwatchFile, watchFile } from 'node:fs';
import { checkNames, readSourceFile, SourceConfigError, type SourceSpec } from '../source-config.js';
import type { Followers } from './followers.js';
import { Upstream, type UpstreamParts } from './upstream.js';

/** How often the file of sources is looked at, ms. */
const LOOK_MS = 2_000;

/** Where sources are configured: settings that list them, and a file, empty for none. */
export interface SourceSettings {
  readonly hubble: readonly SourceSpec[];
  readonly goldmane: readonly SourceSpec[];
  readonly file: string;
}

/** All sources as configured now. Throws SourceConfigError, which says what to change. */
export function readSources({ hubble, goldmane, file }: SourceSettings): readonly SourceSpec[] {
  const specs = [...hubble, ...goldmane, ...(file === '' ? [] : readSourceFile(file))];
  checkNames(specs, file === '' ? 'VIBRISSA_HUBBLE and VIBRISSA_GOLDMANE_UPSTREAM' : file);
  return specs;
}

/** The sources being followed. A file that changes takes effect: what it no longer lists ends, what is new begins. */
export class Upstreams {
  readonly #settings: SourceSettings;
  readonly #parts: UpstreamParts;
  readonly #running = new Map<string, Upstream>();
  readonly #followers: Followers;
  readonly #look = () => this.#reload();
  #changing: Promise<void>;
  #closed = false;

  constructor(
    settings: SourceSettings,
    specs: readonly SourceSpec[],
    followers: Followers,
    parts: UpstreamParts,
  ) {
    this.#settings = settings;
    this.#followers = followers;
    this.#parts = parts;
    this.#changing = this.#apply(specs);
    if (settings.file !== '') watchFile(settings.file, { interval: LOOK_MS, persistent: false }, this.#look);
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#settings.file !== '') unwatchFile(this.#settings.file, this.#look);
    await this.#changing;
    await this.#apply([]);
  }

  async #apply(specs: readonly SourceSpec[]): Promise<void> {
    const wanted = new Map(specs.map((spec) => [JSON.stringify(spec), spec]));
    const ended = [...this.#running].filter(([text]) => !wanted.has(text));
    for (const [text] of ended) this.#running.delete(text);
    // Two must not follow at once with what one of them knows.
    if (ended.length > 0) await Promise.all(ended.map(([, upstream]) => upstream.close()));
    for (const [text, spec] of wanted) {
      if (!this.#running.has(text)) this.#running.set(text, this.#start(spec));
    }
  }

  #start(spec: SourceSpec): Upstream {
    return new Upstream(spec, this.#parts, this.#followers.of(spec));
  }

  #reload(): void {
    const { file } = this.#settings;
    try {
      const specs = readSources(this.#settings);
      this.#parts.log.info({ file, sources: specs.length }, 'the file of sources was read again');
      this.#changing = this.#changing.then(() => (this.#closed ? undefined : this.#apply(specs)));
    } catch (error) {
      if (!(error instanceof SourceConfigError)) throw error;
      this.#parts.log.error(
        { why: error.message },
        'the file of sources was not taken; the sources are as before',
      );
    }
  }
}
