import { ENDPOINT_KINDS, type Endpoint, type PolicyTrace, type Service } from '@vibrissa/model';

/*
 * Texts that tell names apart: equal names have equal ones, and other names others, whatever characters are in them.
 * Where fields follow each other their lengths come first, as a name from outside may hold any separator.
 */

export function endpointText({ kind, namespace, name, address }: Endpoint): string {
  return `${ENDPOINT_KINDS.indexOf(kind)} ${namespace.length} ${name.length} ${namespace}${name}${address}`;
}

export function serviceText({ namespace, name, portName, port }: Service): string {
  return `${port} ${namespace.length} ${name.length} ${namespace}${name}${portName}`;
}

export function traceText({ enforced, pending }: PolicyTrace): string {
  return JSON.stringify([enforced, pending]);
}

export function labelsText(labels: readonly string[]): string {
  return JSON.stringify(labels);
}
