import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { podParty } from './connection.js';
import { decideConnection } from './evaluate.js';
import { PolicySet } from './policy-set.js';
import { readResources } from './read-resources.js';

const app = fc.constantFrom('web', 'db', 'cache');

/** A policy's meaning, to be written down in each dialect. */
const meaning = fc.record({
  selects: app,
  egress: fc.boolean(),
  peer: fc.oneof(
    app.map((value) => ({ kind: 'pods' as const, app: value })),
    fc.constantFrom('red', 'blue').map((team) => ({ kind: 'namespaces' as const, team })),
    fc.constantFrom('10.0.0.0/30', '10.0.0.0/8').map((cidr) => ({ kind: 'block' as const, cidr })),
    fc.constant({ kind: 'any' as const }),
  ),
  ports: fc.uniqueArray(fc.constantFrom(80, 81, 443), { maxLength: 2 }),
  protocol: fc.constantFrom('TCP', 'UDP'),
});

type Meaning = typeof meaning extends fc.Arbitrary<infer T> ? T : never;

function asKubernetes({ selects, egress, peer, ports, protocol }: Meaning): object {
  const peers = {
    pods: () => ({ podSelector: { matchLabels: { app: 'app' in peer ? peer.app : '' } } }),
    namespaces: () => ({ namespaceSelector: { matchLabels: { team: 'team' in peer ? peer.team : '' } } }),
    block: () => ({ ipBlock: { cidr: 'cidr' in peer ? peer.cidr : '' } }),
    any: () => null,
  };
  const far = peers[peer.kind]();
  const rule = {
    ...(far === null ? {} : { [egress ? 'to' : 'from']: [far] }),
    ...(ports.length === 0 ? {} : { ports: ports.map((port) => ({ port, protocol })) }),
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec: {
      podSelector: { matchLabels: { app: selects } },
      policyTypes: [egress ? 'Egress' : 'Ingress'],
      [egress ? 'egress' : 'ingress']: [rule],
    },
  };
}

function asCalico({ selects, egress, peer, ports, protocol }: Meaning): object {
  const peers = {
    pods: () => ({ selector: `app == '${'app' in peer ? peer.app : ''}'` }),
    namespaces: () => ({ namespaceSelector: `team == '${'team' in peer ? peer.team : ''}'` }),
    block: () => ({ nets: ['cidr' in peer ? peer.cidr : ''] }),
    any: () => ({}),
  };
  const far = peers[peer.kind]();
  const at = ports.length === 0 ? {} : { ports };
  const rule = {
    action: 'Allow',
    ...(ports.length === 0 ? {} : { protocol }),
    ...(egress ? { destination: { ...far, ...at } } : { source: far, destination: at }),
  };
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec: {
      order: 1000,
      selector: `app == '${selects}'`,
      types: [egress ? 'Egress' : 'Ingress'],
      [egress ? 'egress' : 'ingress']: [rule],
    },
  };
}

const pod = fc
  .record({
    namespace: fc.constantFrom('shop', 'data'),
    app,
    team: fc.constantFrom('red', 'blue'),
    ip: fc.constantFrom('10.0.0.1', '10.0.0.9'),
  })
  .map((given) =>
    podParty({
      namespace: given.namespace,
      labels: { app: given.app },
      namespaceLabels: { team: given.team },
      ip: given.ip,
      namedPorts: [],
    }),
  );

describe('the dialects', () => {
  it('agree on a policy that both can say', () => {
    fc.assert(
      fc.property(
        fc.array(meaning, { maxLength: 3 }),
        pod,
        pod,
        fc.constantFrom(80, 81, 443, 9),
        fc.constantFrom('tcp', 'udp', 'sctp'),
        (meanings, source, dest, port, protocol) => {
          const connection = { source, dest, port, protocol };
          const verdict = (write: (one: Meaning) => object) => {
            const files = meanings.map((one, index) => ({
              name: `${index}.json`,
              text: JSON.stringify({ ...write(one), metadata: { name: `p${index}`, namespace: 'shop' } }),
            }));
            const { policies, tiers, problems } = readResources(files);
            expect(problems).toEqual([]);
            expect(policies).toHaveLength(meanings.length);
            return decideConnection(new PolicySet(tiers, policies), connection);
          };
          expect(verdict(asKubernetes)).toEqual(verdict(asCalico));
        },
      ),
      { numRuns: 200 },
    );
  });
});
