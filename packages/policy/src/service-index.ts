import type { Cluster, EndpointSliceObject, PodTemplate, ServiceObject } from './cluster.js';
import type { ServiceBacking } from './connection.js';

/** Which pods and addresses stand behind which services. */
export class ServiceIndex {
  private readonly byNamespace = new Map<string, ServiceObject[]>();
  private readonly slicesByIp = new Map<string, EndpointSliceObject[]>();
  /** Services whose slices are known: these are what counts, whatever the selector says. */
  private readonly sliced = new Set<string>();
  private readonly known: boolean;

  constructor({ services, endpointSlices, complete }: Cluster) {
    this.known = complete || services.length + endpointSlices.length > 0;
    for (const slice of endpointSlices) {
      this.sliced.add(`${slice.namespace}/${slice.service}`);
      for (const ip of slice.addresses) this.slicesByIp.set(ip, [...(this.slicesByIp.get(ip) ?? []), slice]);
    }
    for (const service of services) {
      const list = this.byNamespace.get(service.namespace) ?? [];
      list.push(service);
      this.byNamespace.set(service.namespace, list);
    }
  }

  /** The services whose endpoints name an address. */
  behind(ip: string): readonly ServiceBacking[] {
    return (this.slicesByIp.get(ip) ?? []).flatMap(({ namespace, service, ports }) =>
      ports.map(({ port, protocol }) => ({ namespace, name: service, port, protocol })),
    );
  }

  behindPod(
    pod: PodTemplate & { readonly namespace: string; readonly ips?: readonly string[] },
  ): readonly ServiceBacking[] | undefined {
    if (!this.known) return undefined;
    const selected = (this.byNamespace.get(pod.namespace) ?? []).filter(
      (service) => !this.sliced.has(`${service.namespace}/${service.name}`) && selects(service, pod),
    );
    return [
      ...(pod.ips ?? []).flatMap((ip) => this.behind(ip)),
      ...selected.flatMap((one) => backings(one, pod)),
    ];
  }
}

function selects({ selector }: ServiceObject, { labels }: PodTemplate): boolean {
  return selector !== null && Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function backings({ namespace, name, ports }: ServiceObject, pod: PodTemplate): readonly ServiceBacking[] {
  return ports.flatMap(({ targetPort, protocol }) => {
    const number = Number(targetPort);
    const port = Number.isInteger(number)
      ? number
      : pod.ports.find((declared) => declared.name === targetPort && declared.protocol === protocol)?.port;
    return port === undefined ? [] : [{ namespace, name, port, protocol }];
  });
}
