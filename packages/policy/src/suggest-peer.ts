import { type Endpoint, isOutside, leftOut, type Tally } from '@vibrissa/model';
import { ANY_PEER, type Peer } from './policy.js';
import { evidenceOf, labelsAt, type SeenConnection } from './seen-connection.js';
import { labelsEqual } from './selector.js';
import { stableLabels } from './stable-labels.js';

/** The far end as a rule names it; `peer` is null when too little is known to name it and nothing else. */
export interface NamedPeer {
  readonly peer: Peer | null;
  readonly caveats: readonly string[];
}

/** Names the far end of a connection for a rule in `policyNamespace`, as narrowly as the reports allow. */
export function peerFor(
  seen: SeenConnection,
  end: 'source' | 'dest',
  policyNamespace: string,
  dialect: 'calico' | 'kubernetes',
): NamedPeer {
  const endpoint = seen[end];
  const labels = stableLabels(labelsAt(seen, end));
  const byAddress =
    endpoint.kind === 'network' || labels === null || (isOutside(endpoint) && dialect === 'kubernetes');
  if (byAddress) {
    if (endpoint.kind === 'workload') {
      return {
        peer: null,
        caveats: [`No stable label of ${endpoint.namespace}/${endpoint.name} was reported.`],
      };
    }
    return peerByAddress(seen, end);
  }
  return {
    peer: {
      ...ANY_PEER,
      selector: labelsEqual(labels),
      namespaceSelector: namespaceSelectorFor(endpoint, policyNamespace, dialect),
    },
    caveats: [],
  };
}

function namespaceSelectorFor(
  { namespace }: Endpoint,
  policyNamespace: string,
  dialect: 'calico' | 'kubernetes',
): Peer['namespaceSelector'] {
  if (namespace === policyNamespace) return null;
  if (namespace === '') return { op: 'global' };
  const key = dialect === 'calico' ? 'projectcalico.org/name' : 'kubernetes.io/metadata.name';
  return { op: 'eq', key, value: namespace };
}

function peerByAddress(seen: SeenConnection, end: 'source' | 'dest'): NamedPeer {
  const evidence = evidenceOf(seen);
  const tally: Tally = end === 'source' ? evidence.sourceIps : evidence.destIps;
  const caveats: string[] = [];
  const names = end === 'dest' ? evidence.dnsNames.kept.map(([name]) => name) : [];
  if (names.length > 0) {
    caveats.push(
      `Seen as ${names.join(', ')}. A rule by domain needs Calico Enterprise, so this one has the addresses ` +
        'seen; they may change.',
    );
  }
  if (leftOut(tally) > 0) caveats.push('More addresses were seen than are kept: the list is not complete.');
  if (tally.kept.length === 0) {
    return {
      peer: null,
      caveats: [...caveats, 'No address of the far end was reported, so no rule can name it.'],
    };
  }
  const nets = tally.kept.map(([ip]) => `${ip}/${ip.includes(':') ? 128 : 32}`);
  return { peer: { ...ANY_PEER, nets }, caveats };
}
