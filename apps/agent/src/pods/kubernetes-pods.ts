import { type Clock, type Millis, millis } from '@vibrissa/model';
import {
  type KubeAccess,
  KubeClient,
  KubeError,
  listWatch,
  type WatchState,
} from '@vibrissa/protocol/kubernetes';
import type { Logger } from '../logger.js';
import { AddressBook } from './address-book.js';
import { host, workload } from './identity.js';
import { type PodFacts, readPod, readService, type ServiceFacts } from './kubernetes-objects.js';

export interface KubernetesOptions {
  readonly access: KubeAccess;
  /** The name of the node we run on, as Kubernetes calls it. */
  readonly node: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/**
 * Fills a book from the API's pods and services, until the signal aborts: those of all nodes where rights allow
 * it, else this node's pods, which is said in the log.
 */
export function followKubernetes(options: KubernetesOptions, signal: AbortSignal): AddressBook {
  const { log } = options;
  const book = new AddressBook();
  const client = new KubeClient(options.access);
  const done = Promise.all([
    followPods(options, book, client, signal),
    followServices(options, book, client, signal),
  ]);
  done
    .catch((error: unknown) => log.error({ err: error }, 'pods are no longer followed'))
    .finally(() => client.close());
  return book;
}

async function followPods(
  options: KubernetesOptions,
  book: AddressBook,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  const { node, clock, random, log } = options;
  const pods = new PodAddresses(book, node);
  const follow = async (query: Readonly<Record<string, string>>, isFinal: (error: KubeError) => boolean) => {
    const settings = {
      client,
      path: '/api/v1/pods',
      query,
      read: readPod,
      random,
      isFinal,
      onState: (state: WatchState) => tell(log, 'pods', state),
    };
    for await (const change of listWatch(settings, signal)) {
      if (change.type === 'list') pods.replace(change.items, clock.now());
      else if (change.type === 'set') pods.set(change.item, clock.now());
      else pods.remove(change.item.owner, clock.now());
    }
  };
  try {
    await follow({}, (error) => error.code === 'forbidden');
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    log.warn(
      { reason: error.message },
      'only the pods of this node are known by name; those elsewhere are not',
    );
    await follow({ fieldSelector: `spec.nodeName=${node}` }, () => false);
  }
}

async function followServices(
  { random, log }: KubernetesOptions,
  book: AddressBook,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  const services = new Map<string, ServiceFacts>();
  const settings = {
    client,
    path: '/api/v1/services',
    read: readService,
    random,
    isFinal: (error: KubeError) => error.code === 'forbidden',
    onState: (state: WatchState) => tell(log, 'services', state),
  };
  try {
    for await (const change of listWatch(settings, signal)) {
      if (change.type === 'list') {
        services.clear();
        for (const service of change.items) services.set(service.owner, service);
      } else if (change.type === 'set') services.set(change.item.owner, change.item);
      else services.delete(change.item.owner);
      book.clearServices();
      for (const { doors } of services.values())
        for (const { ip, protocol, service } of doors) book.setService(ip, protocol, service);
    }
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    log.warn({ reason: error.message }, 'services are not known by name');
  }
}

function tell(log: Logger, what: string, state: WatchState): void {
  if (state.is === 'following') log.debug(state, `following ${what}`);
  else log.warn({ reason: state.reason, retryMs: state.retryMs }, `cannot follow ${what}; trying again`);
}

/** Puts pods into a book under all of their addresses, and the nodes they tell of. */
class PodAddresses {
  readonly #book: AddressBook;
  readonly #node: string;
  readonly #ips = new Map<string, readonly string[]>();
  #isFirst = true;

  constructor(book: AddressBook, node: string) {
    this.#book = book;
    this.#node = node;
  }

  replace(pods: readonly PodFacts[], now: Millis): void {
    const from = this.#isFirst ? millis(0) : now;
    this.#isFirst = false;
    const owners = new Set(pods.map(({ owner }) => owner));
    for (const owner of [...this.#ips.keys()]) if (!owners.has(owner)) this.remove(owner, now);
    for (const pod of pods) this.set(pod, from);
  }

  set(pod: PodFacts, from: Millis): void {
    const { owner, ips, node, nodeIps } = pod;
    for (const ip of this.#ips.get(owner) ?? []) if (!ips.includes(ip)) this.#book.release(ip, owner, from);
    if (ips.length === 0) this.#ips.delete(owner);
    else this.#ips.set(owner, ips);
    const isLocal = node === this.#node;
    const identity = workload(pod.namespace, pod.name, pod.labels, isLocal);
    for (const ip of ips) this.#book.take(ip, owner, identity, from);
    if (node === '') return;
    for (const ip of nodeIps) this.#book.take(ip, `node ${node}`, host(node, isLocal), millis(0));
  }

  remove(owner: string, at: Millis): void {
    for (const ip of this.#ips.get(owner) ?? []) this.#book.release(ip, owner, at);
    this.#ips.delete(owner);
  }
}
