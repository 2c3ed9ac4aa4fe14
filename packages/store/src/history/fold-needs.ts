import { COUNTER_NAMES, type CounterName, type Filter } from '@vibrissa/model';
import type { SortColumn } from '../flow-store.js';

/** What must be read for a filter, a column or a field to be looked at. */
export interface Needs {
  readonly counters: ReadonlySet<CounterName>;
  readonly evidence: boolean;
}

export const ALL_COUNTERS: ReadonlySet<CounterName> = new Set(COUNTER_NAMES);

/** What tops and comparisons are made of. */
export const MEASURED: ReadonlySet<CounterName> = new Set([
  'packetsIn',
  'packetsOut',
  'bytesIn',
  'bytesOut',
  'connectionsStarted',
]);

const COUNTERS_OF: Readonly<Record<string, readonly CounterName[]>> = {
  bytes: ['bytesIn', 'bytesOut'],
  bytesSent: ['bytesIn', 'bytesOut'],
  bytesReceived: ['bytesIn', 'bytesOut'],
  packets: ['packetsIn', 'packetsOut'],
  connections: ['connectionsStarted'],
  denied: ['connectionsStarted'],
};

const OF_EVIDENCE: ReadonlySet<string> = new Set([
  'ip',
  'source.ip',
  'dest.ip',
  'dns',
  'node',
  'drop',
  'call',
]);

/** What a filter, these fields of the filter language and a column to sort by want to know of a line. */
export function needsOf(
  filter: Filter,
  fields: readonly string[] = [],
  column: SortColumn | null = null,
): Needs {
  const counters = new Set<CounterName>();
  let evidence = false;
  const look = (name: string) => {
    for (const counter of COUNTERS_OF[name] ?? []) counters.add(counter);
    evidence ||= OF_EVIDENCE.has(name);
  };
  const walk = (node: Filter): void => {
    if (node.type === 'clause') look(node.field);
    else if (node.type === 'not') walk(node.node);
    else if (node.type === 'and' || node.type === 'or') node.nodes.forEach(walk);
    // A plain word looks into all evidence.
    else if (node.type === 'text') evidence = true;
  };
  walk(filter);
  fields.forEach(look);
  if (column !== null) look(column);
  return { counters, evidence };
}
