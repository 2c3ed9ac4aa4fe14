import { ENDPOINT_KINDS, type Endpoint, type PolicyTrace, type Service } from '@vibrissa/model';

/** Texts that tell names apart; equal names have equal ones. */
export function endpointText({ kind, namespace, name, address }: Endpoint): string {
  return `${ENDPOINT_KINDS.indexOf(kind)}\n${namespace}\n${name}\n${address}`;
}

export function serviceText({ namespace, name, portName, port }: Service): string {
  return `${namespace}\n${name}\n${portName}\n${port}`;
}

export function traceText({ enforced, pending }: PolicyTrace): string {
  return JSON.stringify([enforced, pending]);
}

export function labelsText(labels: readonly string[]): string {
  return JSON.stringify(labels);
}
