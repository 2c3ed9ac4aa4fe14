import type { ConnectivityRow } from './connectivity-rows.js';
import { addressesOf, type End, type EndRow, isAbout, Topology } from './ends.js';
import { listsPort, type PortRow, portsToTry, TRIED_PROTOCOLS } from './port-list.js';
import { failed, PASSED, type RowResult, skipped } from './tally.js';

/** Two states of a cluster and every pair of ends that may do something else in the second. */
export interface WhatIfRow {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly beforeResources?: string;
  readonly afterResources?: string;
  readonly expected: readonly ChangeRow[];
}

interface ChangeRow {
  readonly src: EndRow;
  readonly dst: EndRow;
  readonly before: readonly PortRow[];
  readonly after: readonly PortRow[];
}

/** One result for each ordered pair of ends; `cases` are the states that rows name. */
export function* checkWhatIf(
  row: WhatIfRow,
  cases: ReadonlyMap<string, ConnectivityRow>,
): Generator<readonly [pair: string, RowResult]> {
  const addresses = addressesOf([
    ...row.expected.flatMap(({ src, dst }) => [src, dst]),
    ...[row.before, row.after].flatMap((name) =>
      (cases.get(name)?.expected ?? []).flatMap(({ src, dst }) => [src, dst]),
    ),
  ]);
  const before = stateOf(row.before, row.beforeResources, cases, addresses);
  const after = stateOf(row.after, row.afterResources, cases, addresses);
  if (before === null || after === null) {
    const missing = before === null ? row.before : row.after;
    yield [row.name, skipped(`the case ${missing.slice(0, 80)} is not among the vectors`)];
    return;
  }
  const ports = portsToTry(row.expected.flatMap((change) => [...change.before, ...change.after]));
  const ids = new Set([...before.ends.keys(), ...after.ends.keys()]);
  for (const source of ids) {
    for (const dest of ids) {
      if (source === dest || (addresses.includes(source) && addresses.includes(dest))) continue;
      const pair = `${source} to ${dest}`;
      yield [pair, checkPair(row, [source, dest], before, after, ports)];
    }
  }
}

function stateOf(
  name: string,
  resources: string | undefined,
  cases: ReadonlyMap<string, ConnectivityRow>,
  addresses: readonly string[],
): Topology | null {
  if (resources !== undefined) {
    return new Topology(resources, { peers: null, addresses, blocksAreForStrangers: true });
  }
  const known = cases.get(name);
  if (known === undefined) return null;
  const blocksAreForStrangers = known.podIPsInCIDRs === 'external-only';
  return new Topology(known.resources, { peers: known.peers, addresses, blocksAreForStrangers });
}

function checkPair(
  { expected }: WhatIfRow,
  [source, dest]: readonly [string, string],
  before: Topology,
  after: Topology,
  ports: readonly number[],
): RowResult {
  const anySource = before.ends.get(source) ?? after.ends.get(source);
  const anyDest = before.ends.get(dest) ?? after.ends.get(dest);
  if (anySource === undefined || anyDest === undefined) return failed('is in neither state');
  const change = expected.find(({ src, dst }) => isAbout(src, anySource) && isAbout(dst, anyDest));
  for (const protocol of TRIED_PROTOCOLS) {
    for (const port of ports) {
      const was = allows(before, source, dest, protocol, port);
      const is = allows(after, source, dest, protocol, port);
      if (change === undefined) {
        // A pair with an end that only one state has is listed when anything may pass, so nothing may here.
        if ((was ?? false) !== (is ?? false)) return failed(`${protocol} ${port} changes and is not listed`);
      } else if ((was ?? false) !== listsPort(change.before, protocol, port)) {
        return failed(`${protocol} ${port} before is ${was ? 'allowed' : 'denied'}`);
      } else if ((is ?? false) !== listsPort(change.after, protocol, port)) {
        return failed(`${protocol} ${port} after is ${is ? 'allowed' : 'denied'}`);
      }
    }
  }
  return PASSED;
}

/** Null when the state has no such ends. */
function allows(
  topology: Topology,
  source: string,
  dest: string,
  protocol: string,
  port: number,
): boolean | null {
  const [from, to]: readonly (End | undefined)[] = [topology.ends.get(source), topology.ends.get(dest)];
  return from === undefined || to === undefined ? null : topology.allows(from, to, protocol, port);
}
