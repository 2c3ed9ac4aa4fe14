/** A sort of objects that the Kubernetes API keeps, as it is asked for. */
export interface KubeResource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** The plural: `networkpolicies`. */
  readonly resource: string;
  readonly kind: string;
  /** True for what every cluster has; others come with what is installed. */
  readonly isCore: boolean;
}

function core(group: string, version: string, resource: string, kind: string): KubeResource {
  return { group, version, resource, kind, isCore: true };
}

const OF_KUBERNETES: readonly KubeResource[] = [
  core('', 'v1', 'namespaces', 'Namespace'),
  core('', 'v1', 'pods', 'Pod'),
  core('', 'v1', 'serviceaccounts', 'ServiceAccount'),
  core('', 'v1', 'services', 'Service'),
  core('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice'),
  core('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy'),
  {
    group: 'policy.networking.k8s.io',
    version: 'v1alpha2',
    resource: 'clusternetworkpolicies',
    kind: 'ClusterNetworkPolicy',
    isCore: false,
  },
];

const KINDS_OF_CALICO: readonly (readonly [resource: string, kind: string])[] = [
  ['networkpolicies', 'NetworkPolicy'],
  ['globalnetworkpolicies', 'GlobalNetworkPolicy'],
  ['stagednetworkpolicies', 'StagedNetworkPolicy'],
  ['stagedglobalnetworkpolicies', 'StagedGlobalNetworkPolicy'],
  ['stagedkubernetesnetworkpolicies', 'StagedKubernetesNetworkPolicy'],
  ['tiers', 'Tier'],
  ['networksets', 'NetworkSet'],
  ['globalnetworksets', 'GlobalNetworkSet'],
  ['hostendpoints', 'HostEndpoint'],
];

/** Where Calico keeps its objects: of two that a cluster has the first is asked, since it asks for no rights by tier. */
const HOMES_OF_CALICO: readonly (readonly [group: string, version: string])[] = [
  ['crd.projectcalico.org', 'v1'],
  ['projectcalico.org', 'v3'],
];

/** For each sort of objects the places it may be at, the best first. */
export const KUBE_RESOURCES: readonly (readonly KubeResource[])[] = [
  ...OF_KUBERNETES.map((resource) => [resource]),
  ...KINDS_OF_CALICO.map(([resource, kind]) =>
    HOMES_OF_CALICO.map(([group, version]) => ({ group, version, resource, kind, isCore: false })),
  ),
  // Calico makes them of namespaces and service accounts, and keeps them nowhere.
  [{ group: 'projectcalico.org', version: 'v3', resource: 'profiles', kind: 'Profile', isCore: false }],
];

/** `networking.k8s.io/v1`, or `v1`. */
export function apiVersionOf({ group, version }: KubeResource): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Where a group's resources are listed: `/apis/networking.k8s.io/v1`. */
export function groupPathOf(resource: KubeResource): string {
  return `${resource.group === '' ? '/api' : '/apis'}/${apiVersionOf(resource)}`;
}

/** Where all of them are. */
export function pathOf(resource: KubeResource): string {
  return `${groupPathOf(resource)}/${resource.resource}`;
}

/** `networkpolicies.networking.k8s.io`, as kubectl names them. */
export function resourceText({ group, resource }: KubeResource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** What to add to a ClusterRole so that they can be followed. */
export function missingRule({ group, resource }: KubeResource): string {
  return `- { apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["list", "watch"] }`;
}
