export { DuckdbStore, type DuckdbStoreOptions } from './duckdb-store.js';
export type {
  EvidenceColumns,
  FactColumns,
  FlowHistory,
  HandOverMark,
  HandOverPart,
  HistoryStatus,
  KeyNaming,
  KnownKey,
  KnownListener,
  LabelsNaming,
  LoadedFlow,
  LoadedPart,
} from './flow-history.js';
export {
  BadCursorError,
  CHANGE_KINDS,
  type Change,
  type ChangeKind,
  type CompareAnswer,
  type CompareQuery,
  type FieldValue,
  type FlowSort,
  type FlowStore,
  type FlowsPage,
  type FlowsQuery,
  type HintsQuery,
  HistoryUnavailableError,
  type ParquetWriter,
  type Placement,
  type QueryControl,
  type RecordsQuery,
  type ReduceQuery,
  type Reduction,
  type SeenAnswer,
  type SeenQuery,
  type SeriesBucket,
  type SeriesMeasure,
  type SeriesQuery,
  SORT_COLUMNS,
  type SortColumn,
  TOP_MEASURES,
  type TopAnswer,
  type TopMeasure,
  type TopQuery,
  type TopRow,
  type Window,
} from './flow-store.js';
export { openHistory } from './history/history-client.js';
export { HistoryEngine } from './history/history-engine.js';
export { HistoryError, type HistoryTrouble } from './history/history-error.js';
export { HISTORY_DEFAULTS, type HistoryOptions } from './history/history-options.js';
export { HotRing, type HotRingOptions, type LateWatcher } from './hot-ring.js';
export { HotStore } from './hot-store.js';
export type { BucketRange } from './slot-chain.js';
export { compareSortValues, type SortValue, sortValue } from './sort-value.js';
export { type RestoreProgress, type TieredOptions, TieredStore } from './tiered-store.js';
export { Turns } from './turns.js';
