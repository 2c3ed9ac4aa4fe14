import type { Endpoint } from '../endpoint.js';
import type { Evidence } from '../evidence.js';
import type { Flow, FlowKey } from '../flow.js';
import type { FlowGroup } from '../flow-group.js';
import { type PolicyRef, policyOf } from '../policy-hit.js';
import type { Millis } from '../time.js';
import { wouldBeDenied } from '../verdict.js';

/**
 * Asks whether some value of a field passes a test. Values are visited rather than collected, so that
 * a predicate allocates nothing per row.
 */
export type Visit<Value> = (row: FlowGroup, now: Millis, test: (value: Value) => boolean) => boolean;

type Test = (value: string) => boolean;

/** Which end of a flow a field reads. */
export type Side = 'source' | 'dest' | 'either';

/**
 * Reads what is in the key. A line that drops port or name from its key (grouped by workload or namespace)
 * still has what its flows have.
 */
export function inKey<Value>(
  read: (
    key: Pick<FlowKey, 'source' | 'dest' | 'port' | 'protocol'>,
    test: (value: Value) => boolean,
  ) => boolean,
): Visit<Value> {
  return (row, _now, test) => {
    if (row.key.protocol !== '' || row.flows.length === 0) return read(row.key, test);
    for (const flow of row.flows) if (read(flow.key, test)) return true;
    return false;
  };
}

/** Reads one thing of the endpoint on a side. */
export function ofEnd(side: Side, read: (end: Endpoint, test: Test) => boolean): Visit<string> {
  if (side === 'source') return inKey((key, test) => read(key.source, test));
  if (side === 'dest') return inKey((key, test) => read(key.dest, test));
  return inKey((key, test) => read(key.source, test) || read(key.dest, test));
}

/** Reads what each flow of a line has. */
export function ofFlows<Value>(read: (flow: Flow, test: (value: Value) => boolean) => boolean): Visit<Value> {
  return (row, _now, test) => {
    for (const flow of row.flows) if (read(flow, test)) return true;
    return false;
  };
}

function ofEvidence(name: keyof Evidence): Visit<string> {
  return ofFlows((flow, test) => {
    for (const entry of flow.evidence[name].kept) if (test(entry[0])) return true;
    return false;
  });
}

/** The first visit that finds something. */
export function anyOf<Value>(...visits: readonly Visit<Value>[]): Visit<Value> {
  return (row, now, test) => {
    for (const visit of visits) if (visit(row, now, test)) return true;
    return false;
  };
}

function onSide(side: Side, source: Visit<string>, dest: Visit<string>): Visit<string> {
  if (side === 'either') return anyOf(source, dest);
  return side === 'source' ? source : dest;
}

const LOOKS_LIKE_IP = /^[\d.]+$|:/;

/** Addresses seen, and the address that tells the endpoint apart when it is an IP. */
export function ipsOf(side: Side): Visit<string> {
  const address = ofEnd(
    side,
    (end, test) => end.address !== '' && LOOKS_LIKE_IP.test(end.address) && test(end.address),
  );
  return anyOf(onSide(side, ofEvidence('sourceIps'), ofEvidence('destIps')), address);
}

/** Names that were looked up, and the address that tells the endpoint apart when it is a name. */
export const dnsNames: Visit<string> = anyOf(
  ofEvidence('dnsNames'),
  ofEnd('either', (end, test) => end.address !== '' && !LOOKS_LIKE_IP.test(end.address) && test(end.address)),
);

export const nodes: Visit<string> = ofEvidence('nodes');

export const drops: Visit<string> = ofEvidence('drops');

export const calls: Visit<string> = ofEvidence('calls');

function labelsIn(name: 'sourceLabels' | 'destLabels'): Visit<string> {
  return ofFlows((flow, test) => {
    for (const label of flow[name] ?? []) if (test(label)) return true;
    return false;
  });
}

export function labelsOf(side: Side): Visit<string> {
  return onSide(side, labelsIn('sourceLabels'), labelsIn('destLabels'));
}

/** Names of services; the empty name for a line that went to none. */
export const services: Visit<string> = (row, _now, test) => {
  if (row.service === null) return test('');
  if (test(row.service.name)) return true;
  for (const flow of row.flows) if (flow.key.service !== null && test(flow.key.service.name)) return true;
  return false;
};

/** Reads every policy that had a say on any flow of the line, enforced or pending. */
export function ofPolicies(read: (policy: PolicyRef) => string): Visit<string> {
  return ofFlows((flow, test) => {
    for (const hit of flow.key.trace.enforced) if (test(read(policyOf(hit)))) return true;
    for (const hit of flow.key.trace.pending) if (test(read(policyOf(hit)))) return true;
    return false;
  });
}

/**
 * The policy the line's verdict is put down to; of a line that would be denied, the one that would do it. A
 * profile is what speaks where no policy does, so it counts as none.
 */
export const deciders: Visit<string> = (row, _now, test) => {
  const hit = wouldBeDenied(row.verdict, row.pending) ? row.pendingDecidedBy : row.decidedBy;
  return test(hit === null || hit.kind === 'Profile' ? '' : policyOf(hit).name);
};

/** Reads one number of the line; an unknown one passes no test. */
export function ofNumber(read: (row: FlowGroup, now: Millis) => number | null): Visit<number> {
  return (row, now, test) => {
    const value = read(row, now);
    return value !== null && test(value);
  };
}
