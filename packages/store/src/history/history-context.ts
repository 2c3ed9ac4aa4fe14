import type { Clock } from '@vibrissa/model';
import type { Turns } from '../turns.js';
import type { HistoryFile } from './history-file.js';
import type { HistoryKeys } from './history-keys.js';

/**
 * What queries are answered from. `HistoryQueries` (read-queries.ts) is made of one and has the queries of a
 * FlowHistory, `records` and `parquet` included.
 */
export interface HistoryContext {
  readonly file: HistoryFile;
  readonly keys: HistoryKeys;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly bucketMs: number;
}
