export {
  BadCursorError,
  type FieldValue,
  type FlowStore,
  type FlowsPage,
  type FlowsQuery,
  type HintsQuery,
  type Placement,
  type SeriesBucket,
  type SeriesQuery,
} from './flow-store.js';
export { HotRing, type HotRingOptions, type LateWatcher } from './hot-ring.js';
export { HotStore } from './hot-store.js';
export type { BucketRange } from './slot-chain.js';
export { Turns } from './turns.js';
