import { PODS, SERVICES } from './cluster.mjs';

/** What the agent is told of the cluster: the file its `--endpoints` reads. */
export function endpointsFile() {
  return [
    ...PODS.map(({ namespace, name, ip, iface }) => `${namespace}/${name} ${ip} ${iface}`),
    ...SERVICES.map(
      ({ namespace, name, ip, port, portName }) =>
        `service ${namespace}/${name} ${ip} ${port}/tcp ${portName}`,
    ),
    '',
  ].join('\n');
}
