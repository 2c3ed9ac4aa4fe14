import { join } from 'node:path';
import type { Clock } from '@vibrissa/model';
import type { SavedView, Trouble, ViewsReply } from '@vibrissa/protocol/messages';
import { RequestError } from '../errors.js';
import type { Logger } from '../logger.js';
import { VIEW_LIMITS } from '../view-fields.js';
import { putAside, readViews, ViewFileError, writeViews } from './view-file.js';

/** What a view is, but for what the server adds. */
export type ViewContent = Pick<SavedView, 'name' | 'page' | 'search'>;

/**
 * The views that have a name, for everyone who uses this server. Kept in one small file of the data folder; in memory
 * alone where there is none. A change is answered once it is on disk.
 */
export class SavedViews {
  readonly #path: string | null;
  readonly #clock: Clock;
  readonly #log: Logger;
  #kept: ViewsReply = { views: [], first: null };
  #trouble: Trouble | null = null;
  /** Nothing is written over a file that could be neither read nor moved away. */
  #isLocked = false;
  #writing: Promise<void> = Promise.resolve();

  /** `data` is the folder for all that outlives the process, null for none; it must exist, or writing makes a trouble. */
  constructor(parts: { readonly data: string | null; readonly clock: Clock; readonly log: Logger }) {
    this.#path = parts.data === null ? null : join(parts.data, 'views.json');
    this.#clock = parts.clock;
    this.#log = parts.log;
    if (this.#path !== null) this.#read(this.#path);
  }

  list(): ViewsReply {
    return this.#kept;
  }

  /** What is wrong with the file and wants a hand. */
  get troubles(): readonly Trouble[] {
    return this.#trouble === null ? [] : [this.#trouble];
  }

  /** Saves a view under its id, in the place of the one that has it. Throws RequestError when there are too many. */
  put(id: string, content: ViewContent): Promise<ViewsReply> {
    return this.#change(({ views, first }) => {
      const view: SavedView = { id, ...content, savedAt: this.#clock.now() };
      const at = views.findIndex((held) => held.id === id);
      if (at >= 0) return { views: views.with(at, view), first };
      if (views.length >= VIEW_LIMITS.views) {
        throw new RequestError(
          'too-many-views',
          409,
          `the server keeps ${VIEW_LIMITS.views} views at most; delete one that nobody needs first`,
        );
      }
      return { views: [...views, view], first };
    });
  }

  /** Throws RequestError when there is no such view. */
  delete(id: string): Promise<ViewsReply> {
    return this.#change(({ views, first }) => {
      this.#mustHave(id);
      return { views: views.filter((view) => view.id !== id), first: first === id ? null : first };
    });
  }

  /** Chooses the view that the bare address shows; null for none. Throws RequestError when there is no such view. */
  setFirst(id: string | null): Promise<ViewsReply> {
    return this.#change(({ views }) => {
      if (id !== null) this.#mustHave(id);
      return { views, first: id };
    });
  }

  #mustHave(id: string): void {
    if (this.#kept.views.some((view) => view.id === id)) return;
    throw new RequestError(
      'no-such-view',
      404,
      `there is no view "${id}"; it may have been deleted meanwhile`,
    );
  }

  /** One change after the other; a change that cannot be written is undone. */
  #change(change: (kept: ViewsReply) => ViewsReply): Promise<ViewsReply> {
    const changed = this.#writing.then(async () => {
      const before = this.#kept;
      this.#kept = change(before);
      try {
        await this.#write();
      } catch (error) {
        this.#kept = before;
        throw error;
      }
      return this.#kept;
    });
    this.#writing = changed.then(
      () => {},
      () => {},
    );
    return changed;
  }

  async #write(): Promise<void> {
    if (this.#path === null) return;
    if (this.#isLocked)
      throw unwritable(this.#path, 'what is there could not be read, and is not written over');
    try {
      await writeViews(this.#path, this.#kept);
    } catch (error) {
      this.#log.error({ err: error }, 'saved views cannot be written');
      throw unwritable(this.#path, error instanceof Error ? error.message : String(error));
    }
  }

  #read(path: string): void {
    try {
      this.#kept = readViews(path);
    } catch (error) {
      this.#log.error({ err: error }, 'saved views cannot be read');
      const why = error instanceof Error ? error.message : String(error);
      this.#isLocked = true;
      if (error instanceof ViewFileError) this.#writing = this.#putAside(path, why);
      else this.#note(`${path} cannot be read (${why}): let this server read it, and restart`);
    }
  }

  async #putAside(path: string, why: string): Promise<void> {
    try {
      const aside = await putAside(path, this.#clock.now());
      this.#isLocked = false;
      this.#note(
        `${path} held no saved views (${why}). It is kept as ${aside}: mend it, move it back and restart`,
      );
    } catch (error) {
      this.#log.error({ err: error }, 'a broken file of saved views cannot be put aside');
      this.#note(`${path} holds no saved views (${why}) and cannot be moved: mend or remove it, and restart`);
    }
  }

  #note(message: string): void {
    this.#trouble = { code: 'views-unreadable', message: `Saved views are missing: ${message}.` };
  }
}

function unwritable(path: string, why: string): RequestError {
  return new RequestError(
    'views-unwritable',
    503,
    `saved views cannot be written to ${path} (${why}); make room there, or let the server write, and try again`,
  );
}
