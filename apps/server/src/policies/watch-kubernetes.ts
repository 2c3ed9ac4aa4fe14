import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@vibrissa/model';
import { EMPTY_RULEBOOK, type ReadProblem } from '@vibrissa/policy';
import { type KubeAccess, KubeClient, KubeError } from '@vibrissa/protocol/kubernetes';
import type { Logger } from '../logger.js';
import { Debounce, type Pauses } from './debounce.js';
import type { KnownPolicies, SourceState } from './known-policies.js';
import { type CollectionOptions, KubeCollection } from './kube-collection.js';
import { type Discovery, discover } from './kube-discovery.js';
import { joined } from './kube-objects.js';
import { type KubeResource, pathOf, resourceText } from './kube-resources.js';
import { listedProblems } from './listed-problems.js';

export interface KubernetesOptions {
  readonly access: KubeAccess;
  readonly policies: KnownPolicies;
  readonly clock: Clock;
  readonly log: Logger;
  /** Gives [0, 1). */
  readonly random: () => number;
  readonly pauses?: Pauses;
  readonly backoff?: NonNullable<CollectionOptions['backoff']>;
  /** How often it is asked what sorts of objects the cluster has, ms: Calico may come while we run. */
  readonly discoverMs?: number;
}

/** Changes come in crowds, and all that is known is put together anew for each. */
const PAUSES: Pauses = { quietMs: 250, mostMs: 1_000, restMs: 1_000 };
const DISCOVER_MS = 60_000;

/** Without these a selector that matches nothing may be one that matches what is not known. */
const OF_CLUSTER = new Set([
  'Namespace',
  'Pod',
  'ServiceAccount',
  'Service',
  'EndpointSlice',
  'NetworkSet',
  'GlobalNetworkSet',
  'HostEndpoint',
]);

interface Followed {
  readonly collection: KubeCollection;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** Keeps what is known of a cluster's policies, and of what they depend on, as its API tells. */
export class KubernetesPolicies {
  readonly #options: KubernetesOptions;
  readonly #client: KubeClient;
  readonly #followed = new Map<string, Followed>();
  readonly #closing = new AbortController();
  readonly #debounce: Debounce;
  readonly #done: Promise<void>;
  #discovery: Discovery | null = null;
  #state: SourceState;
  /** What the last state was made of. */
  #made: readonly unknown[] = [];

  constructor(options: KubernetesOptions) {
    this.#options = options;
    const { access, policies, pauses = PAUSES } = options;
    this.#client = new KubeClient(access);
    this.#state = {
      kind: 'kubernetes',
      name: access.server,
      state: 'loading',
      detail: null,
      readAt: null,
      problems: [],
      rulebook: EMPTY_RULEBOOK,
    };
    policies.put(this.#state);
    this.#debounce = new Debounce(pauses, () => this.#publish());
    this.#done = this.#run(this.#closing.signal);
  }

  /** Follows no more; what is known stays. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#debounce.end();
    await this.#done;
    await Promise.all([...this.#followed.values()].map(({ done }) => done));
    this.#client.close();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#discovery = await discover(this.#client, signal);
        this.#follow(this.#discovery);
        this.#debounce.touch();
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      await wait(this.#options.discoverMs ?? DISCOVER_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Begins with what is new in the cluster and ends with what it has no more; what is not known goes on. */
  #follow({ resources, unknown }: Discovery): void {
    const wanted = new Map(resources.map((resource) => [pathOf(resource), resource]));
    for (const [path, { stop, collection }] of this.#followed) {
      const { group, version } = collection.resource;
      if (wanted.has(path) || unknown.has(`${group}/${version}`)) continue;
      stop.abort();
      this.#followed.delete(path);
    }
    for (const [path, resource] of wanted) {
      if (!this.#followed.has(path)) this.#followed.set(path, this.#begin(path, resource));
    }
  }

  #begin(path: string, resource: KubeResource): Followed {
    const { random, backoff, log } = this.#options;
    const stop = new AbortController();
    const collection = new KubeCollection(resource, {
      client: this.#client,
      random,
      onChange: () => this.#debounce.touch(),
      ...(backoff === undefined ? {} : { backoff }),
    });
    const done = collection
      .follow(AbortSignal.any([this.#closing.signal, stop.signal]))
      .catch((error: unknown) => {
        if (!(error instanceof KubeError)) throw error;
        log.info({ resource: resourceText(resource) }, 'the cluster has no such objects any more');
        if (this.#followed.get(path)?.collection === collection) this.#followed.delete(path);
        this.#debounce.touch();
      });
    return { collection, stop, done };
  }

  #publish(): void {
    const collections = [...this.#followed.values()].map(({ collection }) => collection);
    const { state, detail } = this.#stateOf(collections);
    const problems = listedProblems([
      ...collections.flatMap((collection) => collection.problems),
      ...unknownGroups(this.#discovery),
    ]);
    // Half of the policies would tell of verdicts that nobody has.
    const isReadable = state !== 'loading' || this.#state.readAt !== null;
    const isComplete = collections.every(
      ({ resource, isListed }) => isListed || !OF_CLUSTER.has(resource.kind),
    );
    const rulebooks = collections.map(({ rulebook }) => rulebook);
    const made = [state, detail, JSON.stringify(problems), isReadable, isComplete, ...rulebooks];
    if (made.length === this.#made.length && made.every((part, index) => part === this.#made[index])) return;
    this.#made = made;
    const { policies, clock, log } = this.#options;
    const before = this.#state;
    this.#state = {
      ...before,
      state,
      detail,
      problems,
      ...(isReadable && collections.some(({ isListed }) => isListed)
        ? { readAt: clock.now(), rulebook: joined(rulebooks, isComplete) }
        : {}),
    };
    policies.put(this.#state);
    if (state === before.state && detail === before.detail) return;
    const told = { server: before.name, state, policies: this.#state.rulebook.policies.length };
    if (detail === null) log.info(told, 'policies of the Kubernetes API');
    else log.warn({ ...told, reason: detail }, 'policies of the Kubernetes API are not all followed');
  }

  #stateOf(collections: readonly KubeCollection[]): Pick<SourceState, 'state' | 'detail'> {
    const troubled = collections.filter(({ trouble }) => trouble !== null);
    const forbidden = troubled.filter(({ trouble }) => trouble?.code === 'forbidden');
    const [cut] = troubled.filter(({ trouble }) => trouble?.code !== 'forbidden');
    if (cut !== undefined) {
      const more = troubled.length - forbidden.length - 1;
      const others = more === 0 ? '' : `; so it is with ${more} more`;
      const reason = `${resourceText(cut.resource)} are not followed: ${cut.trouble?.reason}`;
      return { state: 'failed', detail: `${reason}${others}; it is tried again by itself` };
    }
    if (forbidden.length > 0 && forbidden.length === collections.length) {
      const rights = 'let its service account list and watch them: the problems have the rules';
      return { state: 'failed', detail: `nothing may be read of the cluster; ${rights}` };
    }
    if (this.#discovery === null || collections.some((one) => !one.isListed && one.trouble === null)) {
      return { state: 'loading', detail: null };
    }
    if (forbidden.length === 0) return { state: 'ready', detail: null };
    const names = forbidden.map(({ resource }) => resourceText(resource)).join(', ');
    return {
      state: 'ready',
      detail: `not all may be read: ${names}; the problems have the rules that are missing`,
    };
  }
}

function unknownGroups(discovery: Discovery | null): readonly ReadProblem[] {
  return [...(discovery?.unknown ?? [])].map(([group, reason]) => ({
    severity: 'warning',
    file: group,
    document: 0,
    path: '',
    line: 0,
    message: `what it has cannot be found out: ${reason}`,
  }));
}
