export { type Backoff, retryDelay } from './backoff.js';
export { readCalicoFlowLog } from './calico-flow-log.js';
export { readFlowRecord, writeRecord } from './flow-record.js';
export { FlowRecordSchema } from './flow-record-schema.js';
export { MAX_DEPTH, MAX_LINE_LENGTH, readRecord, readRecordValue } from './read-record.js';
export { isProblem, type RecordProblem } from './record-problem.js';
export { readTrace, writeHits } from './trace-text.js';
