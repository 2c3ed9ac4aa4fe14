import type { FlowRecord } from '@vibrissa/model';
import type { RecordProblem } from '@vibrissa/protocol';
import { isProblem, readRecord, readRecordValue } from '@vibrissa/protocol';
import type { LineError } from '@vibrissa/protocol/messages';
import { RequestError } from '../errors.js';
import type { NumberedRecord } from './accept-flows.js';

export interface ReadLines {
  readonly records: NumberedRecord[];
  readonly errors: LineError[];
}

/**
 * Reads NDJSON from offset `from` on. A bad line does not spoil its neighbours. Throws RequestError when there
 * are more than `most` lines.
 */
export function readLines(text: string, from: number, most: number): ReadLines {
  const read: ReadLines = { records: [], errors: [] };
  let line = 0;
  for (let at = from; at < text.length; ) {
    let end = text.indexOf('\n', at);
    if (end === -1) end = text.length;
    line++;
    const blank = end === at || (end === at + 1 && text.charCodeAt(at) === 13);
    if (!blank) {
      if (read.records.length + read.errors.length >= most) throw tooMany(most);
      sort(read, line, readRecord(text.slice(at, end)));
    }
    at = end + 1;
  }
  return read;
}

/** Reads a JSON array of records; "lines" are then positions in it, from 1. */
export function readArray(text: string, most: number): ReadLines {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message.slice(0, 120) : 'unreadable';
    throw new RequestError(
      'bad-json',
      400,
      `the body is not JSON (${why}); send an array of records, or NDJSON as application/x-ndjson`,
    );
  }
  if (!Array.isArray(values)) {
    throw new RequestError(
      'not-an-array',
      400,
      'the body must be an array of records; for one record a line send application/x-ndjson',
    );
  }
  if (values.length > most) throw tooMany(most);
  const read: ReadLines = { records: [], errors: [] };
  values.forEach((value, at) => {
    sort(read, at + 1, readRecordValue(value));
  });
  return read;
}

function sort(into: ReadLines, line: number, record: FlowRecord | RecordProblem): void {
  if (isProblem(record)) into.errors.push({ line, ...record });
  else into.records.push({ line, record });
}

function tooMany(most: number): RequestError {
  return new RequestError(
    'too-many-records',
    413,
    `more than ${most} records in one go; send smaller batches`,
  );
}
