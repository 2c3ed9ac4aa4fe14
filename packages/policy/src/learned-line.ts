import {
  type Flow,
  type FlowGroup,
  intersectLabels,
  type Labels,
  leftOut,
  mergeTally,
  NO_EVIDENCE,
  parseIp,
  type Tally,
  type Verdict,
  worseVerdict,
} from '@vibrissa/model';
import type { Direction } from './policy.js';

/** What learning reads of a line, without anything made of it that many lines would make in vain. */

export function sameLabels(a: Labels, b: Labels): boolean {
  if (a === b) return true;
  return a !== null && b !== null && a.length === b.length && a.every((label, place) => label === b[place]);
}

/** What is known of the labels at one end over all reports. */
export function endLabels({ flows }: FlowGroup, end: 'source' | 'dest'): Labels {
  let labels: Labels = null;
  for (const flow of flows) {
    const told = end === 'source' ? flow.sourceLabels : flow.destLabels;
    if (!sameLabels(labels, told)) labels = intersectLabels(labels, told);
  }
  return labels;
}

function tallied({ flows }: FlowGroup, read: (flow: Flow) => Tally): Tally {
  return flows.reduce((sum, flow) => mergeTally(sum, read(flow)), NO_EVIDENCE.drops);
}

/** The addresses of the far end that reports tell, and whether these are all. */
export function addressesOf(
  line: FlowGroup,
  direction: Direction,
): { readonly known: readonly string[]; readonly isWhole: boolean } {
  const { address } = direction === 'ingress' ? line.key.source : line.key.dest;
  if (parseIp(address) !== null) return { known: [address], isWhole: true };
  const tally = tallied(line, ({ evidence }) =>
    direction === 'ingress' ? evidence.sourceIps : evidence.destIps,
  );
  const known = tally.kept.map(([ip]) => ip).filter((ip) => parseIp(ip) !== null);
  return { known, isWhole: known.length > 0 && leftOut(tally) === 0 };
}

/** By what names the destination was asked for. */
export function dnsNamesOf(line: FlowGroup): readonly string[] {
  return tallied(line, ({ evidence }) => evidence.dnsNames).kept.map(([name]) => name);
}

/**
 * What the last report of each end says: a connection that was allowed until somebody denied it is denied. Reports
 * that end together count as the worse of the two.
 */
export function lastVerdict({ flows, verdict: worst }: FlowGroup): Verdict {
  const [first, second] = flows;
  // Each end reports a connection once unless what becomes of it changes.
  if (flows.length === 1 || (flows.length === 2 && first?.key.reporter !== second?.key.reporter))
    return worst;
  let verdict: Verdict = 'unknown';
  for (const { key, lastSeen } of flows) {
    const isLast = flows.every((other) => other.key.reporter !== key.reporter || other.lastSeen <= lastSeen);
    if (isLast) verdict = worseVerdict(verdict, key.verdict);
  }
  return verdict;
}

/** True where what was sent came to nothing, as far as is known. */
export function isUnanswered({ traffic, flows }: FlowGroup): boolean {
  return traffic.packetsReceived === 0 && flows.some(({ evidence }) => evidence.drops.mentions > 0);
}
