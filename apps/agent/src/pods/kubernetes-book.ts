import { inClusterAccess, type KubeAccess, KubeError, kubeconfigAccess } from '@vibrissa/protocol/kubernetes';
import type { Config } from '../config.js';
import { AgentError } from '../errors.js';
import type { AddressBook } from './address-book.js';
import { followKubernetes, type KubernetesOptions } from './kubernetes-pods.js';

/**
 * A book of what the Kubernetes API tells, by the access the configuration names; null where there is none.
 * Throws AgentError `bad-config`.
 */
export async function kubernetesBook(
  config: Config,
  parts: Pick<KubernetesOptions, 'clock' | 'random' | 'log'>,
  signal: AbortSignal,
): Promise<AddressBook | null> {
  const access = await accessOf(config);
  if (access === null) return null;
  parts.log.info({ server: access.server }, 'pods and services come from the Kubernetes API');
  return followKubernetes({ ...parts, access, node: config.name }, signal);
}

async function accessOf({ kubernetes, clusterEnv }: Config): Promise<KubeAccess | null> {
  try {
    if (kubernetes !== 'auto' && kubernetes !== 'in-cluster') return await kubeconfigAccess(kubernetes);
    const access = await inClusterAccess(clusterEnv);
    if (access === null && kubernetes === 'in-cluster')
      throw new KubeError('bad-config', 'KUBERNETES_SERVICE_HOST is not set: this is no pod');
    return access;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    throw new AgentError(
      'bad-config',
      `VIBRISSA_AGENT_KUBERNETES=${JSON.stringify(kubernetes)}: ${error.message}`,
    );
  }
}
