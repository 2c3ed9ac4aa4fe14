export { KUBE_LIMITS, KubeClient, type KubeLimits, type KubeQuery } from './kube-client.js';
export { inClusterAccess, type KubeAccess, kubeconfigAccess } from './kube-config.js';
export { KubeError, type KubeErrorCode } from './kube-error.js';
export { type ListWatchOptions, listWatch, type WatchChange, type WatchState } from './list-watch.js';
