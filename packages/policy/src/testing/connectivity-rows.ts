import { addressesOf, type EndRow, isAbout, type PeerRow, Topology } from './ends.js';
import { listsPort, type PortRow, portsToTry, TRIED_PROTOCOLS } from './port-list.js';
import { failed, PASSED, type RowResult } from './tally.js';

/** A cluster, its policies, and everything that they allow. */
export interface ConnectivityRow {
  readonly name: string;
  readonly resources: string;
  readonly resourcesAsClusterNetworkPolicy?: string;
  readonly peers: readonly PeerRow[];
  readonly expected: readonly ExpectedRow[];
  /** `external-only` where blocks of addresses are expected to match strangers and no pods. */
  readonly podIPsInCIDRs?: string;
}

interface ExpectedRow extends PortRow {
  readonly src: EndRow;
  readonly dst: EndRow;
}

/** One result for each ordered pair of ends, for the policies as they are and as ClusterNetworkPolicy. */
export function* checkConnectivity(row: ConnectivityRow): Generator<readonly [pair: string, RowResult]> {
  yield* checkDialect(row, row.resources, '');
  if (row.resourcesAsClusterNetworkPolicy !== undefined) {
    yield* checkDialect(row, row.resourcesAsClusterNetworkPolicy, ' (as ClusterNetworkPolicy)');
  }
}

function* checkDialect(
  row: ConnectivityRow,
  resources: string,
  dialect: string,
): Generator<readonly [pair: string, RowResult]> {
  const addresses = addressesOf(row.expected.flatMap(({ src, dst }) => [src, dst]));
  const topology = new Topology(resources, {
    peers: row.peers,
    addresses,
    blocksAreForStrangers: row.podIPsInCIDRs === 'external-only',
  });
  const ports = portsToTry(row.expected);
  for (const source of topology.ends.values()) {
    for (const dest of topology.ends.values()) {
      if (source.id === dest.id || (source.address !== '' && dest.address !== '')) continue;
      const pair = `${source.id} to ${dest.id}${dialect}`;
      const about = row.expected.filter(({ src, dst }) => isAbout(src, source) && isAbout(dst, dest));
      let result: RowResult = PASSED;
      for (const protocol of TRIED_PROTOCOLS) {
        const wrong = ports.find(
          (port) => topology.allows(source, dest, protocol, port) !== listsPort(about, protocol, port),
        );
        if (wrong === undefined) continue;
        const expected = listsPort(about, protocol, wrong) ? 'allowed' : 'denied';
        result = failed(`${protocol} ${wrong} is expected to be ${expected}`);
        break;
      }
      yield [pair, result];
    }
  }
}
