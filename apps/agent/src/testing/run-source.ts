import type { FlowRecord } from '@vibrissa/model';
import { isProblem, readRecord } from '@vibrissa/protocol';
import type { FlowSource } from '../sources/flow-source.js';

/** The records a source gives until it ends, or until `enough` of them. */
export async function recordsOf(
  source: FlowSource,
  enough = Number.POSITIVE_INFINITY,
): Promise<FlowRecord[]> {
  const stop = new AbortController();
  const records: FlowRecord[] = [];
  for await (const { lines } of source.pieces(stop.signal)) {
    for (const line of lines) records.push(recordOf(line));
    if (records.length >= enough) stop.abort();
  }
  return records;
}

/** A line as the server reads it. Throws for one it would refuse. */
export function recordOf(line: string): FlowRecord {
  const record = readRecord(line);
  if (isProblem(record)) throw new Error(`${record.field} ${record.reason}: ${line}`);
  return record;
}
