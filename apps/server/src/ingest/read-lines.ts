import type { FlowRecord } from '@vibrissa/model';
import { isProblem, type RecordProblem, readRecord, readRecordValue } from '@vibrissa/protocol';
import type { LineError } from '@vibrissa/protocol/messages';
import { RequestError } from '../errors.js';

/** Takes one record; answers why it was refused, or null. */
type Visit = (record: FlowRecord, line: number) => LineError | null;

/** What became of a batch: every line is in one of the first two. */
export interface ReadLines {
  readonly accepted: number;
  readonly errors: readonly LineError[];
  /** Of the accepted, those that tell of no flow: of nodes, of a packet told of already, of events that were lost. */
  readonly aside: number;
  /** How many events these say were lost. */
  readonly lost: number;
}

/**
 * Reads NDJSON from offset `from` on and hands over each record as it is read. A bad line does not spoil its
 * neighbours. Throws RequestError, before anything is handed over, when there are more than `most` lines.
 */
export function readLines(text: string, from: number, most: number, visit: Visit): ReadLines {
  checkLines(text, from, most);
  const tally = new Tally(visit);
  let line = 0;
  for (let at = from; at < text.length; ) {
    let end = text.indexOf('\n', at);
    if (end === -1) end = text.length;
    line++;
    if (!isBlank(text, at, end)) tally.offer(readRecord(text.slice(at, end)), line);
    at = end + 1;
  }
  return tally;
}

/** Reads a JSON array of records likewise; "lines" are then positions in it, from 1. */
export function readArray(text: string, most: number, visit: Visit): ReadLines {
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
  const tally = new Tally(visit);
  values.forEach((value, at) => {
    tally.offer(readRecordValue(value), at + 1);
  });
  return tally;
}

class Tally implements ReadLines {
  readonly errors: LineError[] = [];
  accepted = 0;
  aside = 0;
  lost = 0;

  constructor(readonly visit: Visit) {}

  offer(record: FlowRecord | RecordProblem, line: number): void {
    const error = isProblem(record) ? this.#refuse(record, line) : this.visit(record, line);
    if (error === null) this.accepted++;
    else this.errors.push(error);
  }

  #refuse({ aside, field, reason, remedy }: RecordProblem, line: number): LineError | null {
    if (aside === undefined) return { line, field, reason, remedy };
    this.aside++;
    this.lost += aside.lost;
    return null;
  }
}

function isBlank(text: string, at: number, end: number): boolean {
  return end === at || (end === at + 1 && text.charCodeAt(at) === 13);
}

function checkLines(text: string, from: number, most: number): void {
  let lines = 0;
  for (let at = from; at < text.length; ) {
    let end = text.indexOf('\n', at);
    if (end === -1) end = text.length;
    if (!isBlank(text, at, end) && ++lines > most) throw tooMany(most);
    at = end + 1;
  }
}

function tooMany(most: number): RequestError {
  return new RequestError(
    'too-many-records',
    413,
    `more than ${most} records in one go; send smaller batches`,
  );
}
