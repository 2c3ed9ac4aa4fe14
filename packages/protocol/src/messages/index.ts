export type * from './api.js';
export type * from './ingest.js';
export { INGEST_VERSION } from './ingest.js';
export type * from './live.js';
export { LIVE_VERSION, SPARK_BUCKETS, WIRE_VERDICTS } from './live.js';
export type * from './policy-board.js';
export type * from './policy-changes.js';
export type * from './policy-why.js';
export type * from './policy-writing.js';
