import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { type Backoff, retryDelay } from '../backoff.js';
import type { KubeClient, KubeQuery } from './kube-client.js';
import { KubeError, type KubeErrorCode, reasonOf } from './kube-error.js';

export interface ListWatchOptions<Item> {
  readonly client: KubeClient;
  /** Of the collection: `/api/v1/pods`. */
  readonly path: string;
  readonly query?: KubeQuery;
  /** What is wanted of an object; null for one that is not as it should be, which is counted and left out. */
  readonly read: (object: unknown) => Item | null;
  readonly backoff?: Backoff;
  /** Gives [0, 1). */
  readonly random: () => number;
  /** Told of each change between following and not following. */
  readonly onState: (state: WatchState) => void;
  /** Errors that trying again cannot help; they end it. */
  readonly isFinal?: (error: KubeError) => boolean;
  readonly pageSize?: number;
  readonly maxItems?: number;
  /** How long the server keeps a watch open, s. */
  readonly watchSeconds?: number;
}

export type WatchState =
  | { readonly is: 'following'; readonly items: number; readonly unreadable: number }
  | {
      readonly is: 'waiting';
      readonly code: KubeErrorCode;
      readonly reason: string;
      readonly retryMs: number;
    };

export type WatchChange<Item> =
  /** All there is; what is not among it is gone. */
  | { readonly type: 'list'; readonly items: readonly Item[] }
  | { readonly type: 'set' | 'gone'; readonly item: Item };

const BACKOFF: Backoff = { first: 1_000, most: 60_000 };

const List = v.object({
  metadata: v.object({ resourceVersion: v.string(), continue: v.exactOptional(v.string()) }),
  items: v.union([v.null(), v.array(v.unknown())]),
});
const Event = v.object({ type: v.string(), object: v.unknown() });
const Versioned = v.object({ metadata: v.object({ resourceVersion: v.string() }) });
const Status = v.object({ code: v.pipe(v.number(), v.integer()), message: v.exactOptional(v.string()) });

/**
 * Follows a collection as the API's documentation wants it: a list in pages, then a watch from its version,
 * bookmarks kept; a version no longer known (410) lists anew, anything else waits and goes on. Ends with the
 * signal, and throws only what `isFinal` says trying again cannot help.
 */
export async function* listWatch<Item>(
  options: ListWatchOptions<Item>,
  signal: AbortSignal,
): AsyncGenerator<WatchChange<Item>> {
  const { random, onState, isFinal = () => false, backoff = BACKOFF } = options;
  const place: Place = { version: null, items: 0, unreadable: 0 };
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (place.version === null) {
        const items = await list(options, place, signal);
        yield { type: 'list', items };
      }
      onState({ is: 'following', items: place.items, unreadable: place.unreadable });
      let isQuiet = true;
      for await (const change of watch(options, place, signal)) {
        failures = 0;
        isQuiet = false;
        if (change !== null) yield change;
      }
      // A server that ends every watch at once must not be asked without pause.
      if (isQuiet) await pause(retryDelay(0, backoff, random), signal);
    } catch (error) {
      if (signal.aborted) return;
      const known = error instanceof KubeError ? error : new KubeError('bad-answer', reasonOf(error));
      if (isFinal(known)) throw known;
      if (known.code === 'gone' && place.version !== null) {
        place.version = null;
        // The first new list is free; a server that forgets every version at once is waited for.
        if (failures++ === 0) continue;
      } else {
        failures++;
      }
      const retryMs = retryDelay(failures - 1, backoff, random);
      onState({ is: 'waiting', code: known.code, reason: known.message, retryMs });
      await pause(retryMs, signal);
    }
  }
}

/** How far a collection has been followed. */
interface Place {
  /** Null before there is a list. */
  version: string | null;
  items: number;
  /** Objects that were not as they should be, since the start. */
  unreadable: number;
}

async function list<Item>(
  { client, path, query = {}, read, pageSize = 500, maxItems = 250_000 }: ListWatchOptions<Item>,
  place: Place,
  signal: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  let next = '';
  do {
    const page = await client.get(
      path,
      { ...query, limit: pageSize, ...(next === '' ? {} : { continue: next }) },
      signal,
    );
    if (!v.is(List, page)) throw new KubeError('bad-answer', `${path} did not answer with a list`);
    for (const object of page.items ?? []) {
      const item = read(object);
      if (item === null) place.unreadable++;
      else items.push(item);
    }
    if (items.length > maxItems)
      throw new KubeError(
        'bad-answer',
        `${path} has more than ${maxItems} objects, which is more than we follow`,
      );
    next = page.metadata.continue ?? '';
    if (next === '') place.version = page.metadata.resourceVersion;
  } while (next !== '');
  place.items = items.length;
  return items;
}

/** The changes since the place; null for one that only moves it. */
async function* watch<Item>(
  { client, path, query = {}, read, watchSeconds = 290 }: ListWatchOptions<Item>,
  place: Place,
  signal: AbortSignal,
): AsyncGenerator<WatchChange<Item> | null> {
  const asked = {
    ...query,
    watch: 1,
    allowWatchBookmarks: 'true',
    resourceVersion: place.version ?? '',
    timeoutSeconds: watchSeconds,
  };
  const silenceMs = watchSeconds * 1000 + client.limits.silenceMs;
  for await (const event of client.lines(path, asked, silenceMs, signal)) {
    if (!v.is(Event, event)) throw new KubeError('bad-answer', `the watch of ${path} gave what is no event`);
    const { type, object } = event;
    if (type === 'ERROR') {
      const [code, message] = v.is(Status, object) ? [object.code, object.message ?? ''] : [0, ''];
      throw new KubeError(
        code === 410 ? 'gone' : 'refused',
        `the watch of ${path} failed: ${code} ${message}`,
      );
    }
    if (!v.is(Versioned, object))
      throw new KubeError('bad-answer', `${path} gave an object without a version`);
    place.version = object.metadata.resourceVersion;
    const item = type === 'BOOKMARK' ? null : read(object);
    if (type === 'BOOKMARK') yield null;
    else if (item === null) {
      place.unreadable++;
      yield null;
    } else yield { type: type === 'DELETED' ? 'gone' : 'set', item };
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => {});
}
