import type {
  EndpointSliceObject,
  HostEndpointObject,
  NamespaceObject,
  NetworkSetObject,
  PodObject,
  PodTemplate,
  ServiceAccountObject,
  ServiceObject,
  ServicePort,
  WorkloadObject,
} from './cluster.js';
import type { NamedPort } from './connection.js';
import { readCidr, readMetadata } from './read-parts.js';
import type { Value } from './read-value.js';

/** Kinds whose template makes pods. */
export const WORKLOAD_KINDS: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
]);

/** The API server labels every namespace with its name. */
export const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

export function readNamespace(object: Value): NamespaceObject {
  const { name, labels } = readMetadata(object);
  return { name, labels: { ...labels, [NAMESPACE_NAME]: name } };
}

export function readPod(object: Value): PodObject {
  const { name, namespace, labels } = readMetadata(object);
  const status = object.get('status');
  const ips = status
    .get('podIPs')
    .items()
    .flatMap((item) => item.get('ip').text('an address') ?? []);
  const ip = status.get('podIP').text('an address');
  return {
    name,
    namespace,
    ...readTemplate(object.get('spec'), labels),
    ips: [...new Set([...(ip === undefined || ip === '' ? [] : [ip]), ...ips])],
    node: object.get('spec').get('nodeName').text() ?? '',
    generateName: object.get('metadata').get('generateName').text() ?? '',
    owner: readOwner(object.get('metadata').get('ownerReferences')),
  };
}

function readOwner(value: Value): PodObject['owner'] {
  for (const item of value.items()) {
    const kind = item.get('kind').text();
    const name = item.get('name').text();
    if (kind !== undefined && name !== undefined) return { kind, name };
  }
  return null;
}

export function readWorkload(object: Value, kind: string): WorkloadObject {
  const { name, namespace } = readMetadata(object);
  const spec = object.get('spec');
  const template =
    kind === 'CronJob' ? spec.get('jobTemplate').get('spec').get('template') : spec.get('template');
  const labels = template.get('metadata').get('labels').labels();
  return { kind, name, namespace, ...readTemplate(template.get('spec'), labels) };
}

function readTemplate(spec: Value, labels: Readonly<Record<string, string>>): PodTemplate {
  const account = spec.get('serviceAccountName').text() ?? spec.get('serviceAccount').text() ?? '';
  return {
    labels,
    // The API server gives a pod that names none its namespace's own.
    serviceAccount: account === '' ? 'default' : account,
    hostNetwork: spec.get('hostNetwork').truth(),
    ports: spec
      .get('containers')
      .items()
      .flatMap((container) => container.get('ports').items().flatMap(readContainerPort)),
  };
}

function readContainerPort(value: Value): readonly NamedPort[] {
  const name = value.get('name').text('the name of a port');
  const port = value.get('containerPort').integer(1, 65_535);
  if (name === undefined || port === undefined) return [];
  return [{ name, port, protocol: value.get('protocol').text() ?? 'TCP' }];
}

export function readServiceAccount(object: Value): ServiceAccountObject {
  const { name, namespace, labels } = readMetadata(object);
  return { name, namespace, labels };
}

export function readService(object: Value): ServiceObject {
  const { name, namespace } = readMetadata(object);
  const spec = object.get('spec');
  const selector = spec.get('selector');
  const labels = selector.labels();
  return {
    name,
    namespace,
    selector: Object.keys(labels).length === 0 ? null : labels,
    ports: spec.get('ports').items().flatMap(readServicePort),
  };
}

function readServicePort(value: Value): readonly ServicePort[] {
  const port = value.get('port').integer(1, 65_535);
  if (port === undefined) return [];
  return [
    {
      name: value.get('name').text() ?? '',
      port,
      targetPort: value.get('targetPort').textOrNumber('a port number or name') ?? port,
      protocol: value.get('protocol').text() ?? 'TCP',
    },
  ];
}

const SERVICE_LABEL = 'kubernetes.io/service-name';

export function readEndpointSlice(object: Value): EndpointSliceObject {
  const { name, namespace, labels } = readMetadata(object);
  return {
    name,
    namespace,
    service: labels[SERVICE_LABEL] ?? '',
    ports: object
      .get('ports')
      .items()
      .flatMap((item) => {
        const port = item.get('port').integer(1, 65_535);
        return port === undefined ? [] : [{ port, protocol: item.get('protocol').text() ?? 'TCP' }];
      }),
    addresses: object
      .get('endpoints')
      .items()
      .flatMap((item) => item.get('addresses').texts('an address')),
  };
}

/** A NetworkSet, or a GlobalNetworkSet, which is in no namespace. */
export function readNetworkSet(object: Value, global: boolean): NetworkSetObject {
  const { name, namespace, labels } = readMetadata(object);
  const spec = object.get('spec').only('nets', 'allowedEgressDomains');
  const nets = spec
    .get('nets')
    .items()
    .flatMap((net) => readCidr(net) ?? []);
  return { name, namespace: global ? '' : namespace, labels, nets };
}

export function readHostEndpoint(object: Value): HostEndpointObject {
  const { name, labels } = readMetadata(object);
  const spec = object.get('spec').only('node', 'interfaceName', 'expectedIPs', 'profiles', 'ports');
  return {
    name,
    labels,
    node: spec.get('node').text() ?? '',
    ips: spec.get('expectedIPs').texts('an address'),
    profiles: spec.get('profiles').texts('the name of a profile'),
    ports: spec
      .get('ports')
      .items()
      .flatMap((item) => {
        const port = item.get('port').integer(1, 65_535);
        const name = item.get('name').text();
        if (port === undefined || name === undefined) return [];
        return [{ name, port, protocol: String(item.get('protocol').textOrNumber('a protocol') ?? 'TCP') }];
      }),
  };
}
