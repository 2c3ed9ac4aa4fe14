import { PODS, SERVICES } from './cluster.mjs';

/** What the agent is told of the cluster: the file its `--endpoints` reads. */
export function endpointsFile() {
  return [
    ...PODS.map(({ namespace, workload, ip, iface }) => `${namespace}/${workload} ${ip} ${iface}`),
    ...SERVICES.map(
      ({ namespace, name, ip, port, portName }) => `service ${namespace}/${name} ${ip} ${port}:${portName}`,
    ),
    '',
  ].join('\n');
}
