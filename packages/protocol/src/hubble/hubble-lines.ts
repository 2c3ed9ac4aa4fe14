import type { FlowRecord } from '@vibrissa/model';
import { isProblem, type RecordProblem } from '../record-problem.js';
import { HubbleConverter } from './hubble-flow.js';
import { readHubbleJson } from './read-json.js';

/** Whoever sends lines sends those of many nodes, so all share what is known of connections. */
const converter = new HubbleConverter();

const ASIDE: RecordProblem = Object.freeze({
  field: '(line)',
  reason: 'tells of no flow',
  remedy: 'Nothing needs to be done.',
  aside: { lost: 0 },
});

/** Reads a parsed line of Hubble's. What is no flow, and all right as it is, comes back with `aside`. */
export function readHubbleLine(value: object): FlowRecord | RecordProblem {
  const event = readHubbleJson(value);
  if (isProblem(event)) return event;
  if (event.kind === 'lost') return { ...ASIDE, aside: { lost: event.count } };
  if (event.kind !== 'flow') return ASIDE;
  const record = converter.convert(event.flow);
  if (typeof record !== 'string') return record;
  if (record !== 'no time') return ASIDE;
  return { field: 'flow.time', reason: 'is missing or no time', remedy: 'Send an RFC 3339 time since 1970.' };
}
