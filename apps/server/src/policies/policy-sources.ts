import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@vibrissa/model';
import { EMPTY_RULEBOOK } from '@vibrissa/policy';
import { inClusterAccess, type KubeAccess, KubeError, kubeconfigAccess } from '@vibrissa/protocol/kubernetes';
import type { Logger } from '../logger.js';
import type { KnownPolicies } from './known-policies.js';
import { FolderPolicies } from './watch-folder.js';
import { KubernetesPolicies } from './watch-kubernetes.js';

/** Where policies come from, as it is configured. */
export interface PolicySettings {
  /** A folder; empty for none. */
  readonly policies: string;
  /** `auto`, `in-cluster`, `off` or the path of a kubeconfig. */
  readonly kubernetes: string;
  /** What Kubernetes tells a pod of its API server. */
  readonly clusterEnv: Readonly<Record<string, string | undefined>>;
}

export interface SourceParts {
  readonly policies: KnownPolicies;
  readonly clock: Clock;
  readonly log: Logger;
  /** Gives [0, 1). */
  readonly random: () => number;
  /** How long after an access that cannot be used it is looked at again, ms. */
  readonly retryMs?: number;
}

const RETRY_MS = 10_000;

/** Follows the folder and the cluster that are configured. */
export class PolicySources {
  readonly #settings: PolicySettings;
  readonly #parts: SourceParts;
  readonly #folder: FolderPolicies | null;
  readonly #closing = new AbortController();
  readonly #opening: Promise<void>;
  #kubernetes: KubernetesPolicies | null = null;

  constructor(settings: PolicySettings, parts: SourceParts) {
    this.#settings = settings;
    this.#parts = parts;
    // The cluster comes after the folder: where both have a policy, the one in force counts.
    const { policies: folder } = settings;
    this.#folder = folder === '' ? null : new FolderPolicies({ folder, ...parts });
    this.#opening = settings.kubernetes === 'off' ? Promise.resolve() : this.#open(this.#closing.signal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#opening;
    await Promise.all([this.#folder?.close(), this.#kubernetes?.close()]);
  }

  async #open(signal: AbortSignal): Promise<void> {
    const { kubernetes } = this.#settings;
    const { policies, log } = this.#parts;
    while (!signal.aborted) {
      try {
        const access = await this.#access();
        if (signal.aborted) return;
        policies.drop(kubernetes);
        if (access !== null) this.#kubernetes = new KubernetesPolicies({ access, ...this.#parts });
        return;
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
        const detail = `${error.message}; VIBRISSA_KUBERNETES names it, and it is tried again by itself`;
        if (policies.sources.find(({ name }) => name === kubernetes)?.detail !== detail) {
          log.warn({ reason: detail }, 'the Kubernetes API cannot be asked for policies');
          policies.put({
            kind: 'kubernetes',
            name: kubernetes,
            state: 'failed',
            detail,
            readAt: null,
            problems: [],
            rulebook: EMPTY_RULEBOOK,
          });
        }
      }
      await wait(this.#parts.retryMs ?? RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Null where there is no cluster to ask. Throws KubeError `bad-config`. */
  async #access(): Promise<KubeAccess | null> {
    const { kubernetes, clusterEnv } = this.#settings;
    if (kubernetes !== 'auto' && kubernetes !== 'in-cluster') return kubeconfigAccess(kubernetes);
    const access = await inClusterAccess(clusterEnv).catch((error: unknown) => {
      // A pod without a service account's token is one that should not ask.
      if (kubernetes === 'auto' && error instanceof KubeError) return null;
      throw error;
    });
    if (access === null && kubernetes === 'in-cluster') {
      throw new KubeError('bad-config', 'KUBERNETES_SERVICE_HOST is not set: this is no pod');
    }
    return access;
  }
}
