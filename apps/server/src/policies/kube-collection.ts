import type { ReadProblem, Rulebook } from '@vibrissa/policy';
import {
  type KubeClient,
  type KubeError,
  type KubeErrorCode,
  listWatch,
  type WatchChange,
  type WatchState,
} from '@vibrissa/protocol/kubernetes';
import { joined, type KubeObject, readKubeObject } from './kube-objects.js';
import { type KubeResource, missingRule, pathOf, resourceText } from './kube-resources.js';

export interface CollectionOptions {
  readonly client: KubeClient;
  /** Gives [0, 1). */
  readonly random: () => number;
  /** Told after each change of what is known, and of how it goes. */
  readonly onChange: () => void;
  /** How long to wait before trying again, ms; as `listWatch` does unless said. */
  readonly backoff?: { readonly first: number; readonly most: number };
}

/** More of one sort is more than a cluster may have. */
const MOST_OBJECTS = 250_000;

/** All objects of one sort, followed. */
export class KubeCollection {
  readonly resource: KubeResource;
  readonly #options: CollectionOptions;
  readonly #objects = new Map<string, KubeObject>();
  #rulebook: Rulebook | null = null;
  #isListed = false;
  #trouble: { readonly code: KubeErrorCode; readonly reason: string } | null = null;
  #unreadable = 0;
  #leftOut = 0;

  constructor(resource: KubeResource, options: CollectionOptions) {
    this.resource = resource;
    this.#options = options;
  }

  /** True once all there were at one moment were known. */
  get isListed(): boolean {
    return this.#isListed;
  }

  /** Why they are not followed just now; null while they are. */
  get trouble(): { readonly code: KubeErrorCode; readonly reason: string } | null {
    return this.#trouble;
  }

  /** The same object for as long as nothing changes. */
  get rulebook(): Rulebook {
    this.#rulebook ??= joined(
      [...this.#objects.values()].flatMap(({ rulebook }) => rulebook ?? []),
      false,
    );
    return this.#rulebook;
  }

  get problems(): readonly ReadProblem[] {
    const found = [...this.#objects.values()].flatMap(({ problems }) => problems);
    const name = resourceText(this.resource);
    const whole = (severity: ReadProblem['severity'], message: string): ReadProblem => {
      return { severity, file: name, document: 0, path: '', line: 0, message };
    };
    if (this.#trouble?.code === 'forbidden') {
      const rule = missingRule(this.resource);
      found.push(whole('error', `they may not be listed and watched: add to the ClusterRole ${rule}`));
    }
    if (this.#leftOut > 0) {
      found.push(whole('error', `expected at most ${MOST_OBJECTS}: ${this.#leftOut} are left out`));
    }
    if (this.#unreadable > 0) {
      found.push(whole('warning', `${this.#unreadable} came without a name and are left out`));
    }
    return found;
  }

  /** Follows them until the signal aborts, or the cluster has no such sort any more. */
  async follow(signal: AbortSignal): Promise<void> {
    const { client, random, backoff } = this.#options;
    const changes = listWatch(
      {
        client,
        path: pathOf(this.resource),
        read: (object) => readKubeObject(this.resource, object),
        random,
        onState: (state) => this.#go(state),
        isFinal: ({ code }: KubeError) => code === 'not-found' && !this.resource.isCore,
        maxItems: MOST_OBJECTS,
        ...(backoff === undefined ? {} : { backoff }),
      },
      signal,
    );
    for await (const change of changes) if (this.#take(change)) this.#changed();
  }

  #go(state: WatchState): void {
    const before = JSON.stringify([this.#trouble, this.#isListed, this.#unreadable]);
    if (state.is === 'following') {
      this.#trouble = null;
      this.#unreadable = state.unreadable;
    } else this.#trouble = { code: state.code, reason: state.reason };
    if (JSON.stringify([this.#trouble, this.#isListed, this.#unreadable]) !== before)
      this.#options.onChange();
  }

  /** True when it told something new: most updates of a pod say nothing that policies depend on. */
  #take(change: WatchChange<KubeObject>): boolean {
    if (change.type === 'list') {
      this.#objects.clear();
      this.#leftOut = 0;
      for (const object of change.items) this.#objects.set(object.id, object);
      this.#isListed = true;
      return true;
    }
    const { id } = change.item;
    const before = this.#objects.get(id);
    if (change.type === 'gone') return this.#objects.delete(id);
    if (before === undefined && this.#objects.size >= MOST_OBJECTS) {
      this.#leftOut++;
      return this.#leftOut === 1;
    }
    this.#objects.set(id, change.item);
    return JSON.stringify(before) !== JSON.stringify(change.item);
  }

  #changed(): void {
    this.#rulebook = null;
    this.#options.onChange();
  }
}
