import type { FlowRecord } from '@vibrissa/model';
import { readCalicoFlowLog } from './calico-flow-log.js';
import { readFlowRecord } from './flow-record.js';
import { readHubbleLine } from './hubble/hubble-lines.js';
import { isHubbleLine } from './hubble/read-json.js';
import { readKnownKey, rememberKey } from './known-keys.js';
import { isProblem, type RecordProblem } from './record-problem.js';

/** The longest line that is read, in UTF-16 code units. */
export const MAX_LINE_LENGTH = 65_536;
/** How deep objects and lists may nest in a record. */
export const MAX_DEPTH = 8;

/** Reads one line of NDJSON: a record of ours, a Calico flow-log document or an event of Hubble's. */
export function readRecord(line: string): FlowRecord | RecordProblem {
  if (line.length > MAX_LINE_LENGTH) {
    return {
      field: '(line)',
      reason: `is longer than ${MAX_LINE_LENGTH} characters`,
      remedy: 'Send one record a line, with fewer labels, addresses or policies.',
    };
  }
  const known = readKnownKey(line);
  if (known !== null) return known;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return {
      field: '(line)',
      reason: error instanceof SyntaxError ? `is not JSON: ${error.message.slice(0, 120)}` : 'is not JSON',
      remedy: 'Send one complete JSON object a line.',
    };
  }
  const record = readRecordValue(value);
  if (!isProblem(record)) rememberKey(line);
  return record;
}

/** Reads a parsed record; which of the three formats it is shows in its fields. */
export function readRecordValue(value: unknown): FlowRecord | RecordProblem {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { field: '(line)', reason: 'is not an object', remedy: 'Send one JSON object a line.' };
  }
  // The schema of our format is closed, so nothing that passes it can nest deep; the others are open.
  if ('start' in value) return readFlowRecord(value);
  if (isHubbleLine(value)) return readHubbleLine(value);
  if ('source' in value) return readFlowRecord(value);
  if (
    !(
      'start_time' in value ||
      'end_time' in value ||
      'source_name_aggr' in value ||
      'dest_name_aggr' in value
    )
  ) {
    return {
      field: '(line)',
      reason:
        'is neither a flow record (no start, no source) nor a Calico flow log (no start_time) nor an event of Hubble (no flow)',
      remedy: 'Send a record in one of these three formats.',
    };
  }
  if (isDeeper(value, MAX_DEPTH)) {
    return {
      field: '(line)',
      reason: `nests deeper than ${MAX_DEPTH}`,
      remedy: 'Leave out the fields that a flow log does not have.',
    };
  }
  return readCalicoFlowLog(value);
}

// In the manner of the hot path: Object.values would copy every document it looks at.
function isDeeper(value: object, most: number): boolean {
  if (most === 0) return true;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) if (isChildDeeper(value[at], most)) return true;
    return false;
  }
  // Any object can be read by name.
  const children = value as Readonly<Record<string, unknown>>;
  for (const name in children) if (isChildDeeper(children[name], most)) return true;
  return false;
}

function isChildDeeper(child: unknown, most: number): boolean {
  return typeof child === 'object' && child !== null && isDeeper(child, most - 1);
}
