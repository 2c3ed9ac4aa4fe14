import type { Endpoint, Labels } from '@vibrissa/model';

/** Who has an address. */
export interface Identity {
  readonly endpoint: Endpoint;
  readonly labels: Labels;
  /** True for what runs on this node, and for the node itself. */
  readonly isLocal: boolean;
}

/** A workload; pods that share a generated name are one (`frontend-7d9f5c8b6d-*`). */
export function workload(namespace: string, name: string, labels: Labels, isLocal: boolean): Identity {
  return { endpoint: { kind: 'workload', namespace, name, address: '' }, labels, isLocal };
}

/** A node: its own programs, and pods that share its network. */
export function host(name: string, isLocal: boolean): Identity {
  return { endpoint: { kind: 'host', namespace: '', name, address: '' }, labels: null, isLocal };
}
