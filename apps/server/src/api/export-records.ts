import type { FlowRecord } from '@vibrissa/model';
import { recordWriter } from '@vibrissa/protocol';
import { CSV_HEAD, csvWriter } from './export-csv.js';

/** Records that are written before others get their turn. */
const SLICE = 100;

/** A form in which records can be streamed. */
export interface LineFormat {
  readonly type: string;
  readonly head: string;
  /** Made anew for each export. */
  readonly writer: () => (record: FlowRecord) => string;
}

/** `ndjson` is what can be sent to a server again, `csv` is for spreadsheets. */
export const LINE_FORMATS: Readonly<Record<'ndjson' | 'csv', LineFormat>> = {
  ndjson: {
    type: 'application/x-ndjson; charset=utf-8',
    head: '',
    writer: () => {
      const write = recordWriter();
      return (record) => `${write(record)}\n`;
    },
  },
  csv: { type: 'text/csv; charset=utf-8; header=present', head: CSV_HEAD, writer: csvWriter },
};

/** Records as pieces of text, a few hundred lines each; other work gets its turn between two of them. */
export async function* recordLines(
  batches: AsyncIterable<readonly FlowRecord[]>,
  { head, writer }: LineFormat,
): AsyncGenerator<string> {
  const line = writer();
  let text = head;
  for await (const batch of batches) {
    for (let from = 0; from < batch.length; from += SLICE) {
      for (const record of batch.slice(from, from + SLICE)) text += line(record);
      yield text;
      text = '';
      await new Promise(setImmediate);
    }
  }
  if (text !== '') yield text;
}
