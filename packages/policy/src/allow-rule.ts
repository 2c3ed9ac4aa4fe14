import { workloadOf } from '@vibrissa/model';
import { podsSelected } from './label-selector.js';
import { ANY_PEER, type Direction, type Peer, type Rule } from './policy.js';
import type { SeenConnection } from './seen-connection.js';
import type { Selector } from './selector.js';

/** The protocols that have ports, which are also all that a Kubernetes NetworkPolicy can name. */
export const WITH_PORTS: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp']);

/** The rule that allows this connection and no other port or protocol; `far` is the end that it does not select. */
export function allowRule(seen: SeenConnection, direction: Direction, far: Peer): Rule {
  const ports = seen.port === 0 ? [] : [{ from: seen.port, to: seen.port }];
  return {
    action: 'allow',
    protocol: seen.protocol,
    notProtocol: null,
    source: direction === 'ingress' ? far : ANY_PEER,
    dest: direction === 'egress' ? { ...far, ports } : { ...ANY_PEER, ports },
  };
}

/** What a policy that allows this connection can be called. Older Calico insists that a name begins with its tier, newer does not mind. */
export function allowName(seen: SeenConnection, tier: string): string {
  const to = seen.dest.address === '' ? workloadOf(seen.dest) : seen.dest.address;
  const from = seen.source.address === '' ? workloadOf(seen.source) : seen.source.address;
  const text = `allow-${from}-to-${to}${seen.port === 0 ? '' : `-${seen.port}`}`;
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return tier === 'default' ? name : `${tier}.${name}`;
}

/** Pods with these labels, in the form that a Kubernetes selector is read in. */
export function podsWith(labels: Readonly<Record<string, string>>): Selector {
  return podsSelected({ matchLabels: labels, matchExpressions: [] });
}
