export { hintValues, sortValue } from './hint-values.js';
export { goldmaneMatcher, hitMatcher } from './match-filter.js';
export { filterFromGoldmane, type ReadFilter } from './read-filter.js';
export { GoldmaneReader, type GoldmaneRecord } from './read-flow-update.js';
export {
  BadRequestError,
  checkHints,
  checkList,
  type FilterHintsRequest,
  type FlowListRequest,
  type FlowStreamRequest,
  oneSort,
  readFilterHintsRequest,
  readFlowListRequest,
  readFlowStreamRequest,
  readStatisticsRequest,
  type StatisticsRequest,
  type TimeBounds,
} from './read-request.js';
export { measureOf, ruleDirection } from './statistics-measures.js';
export {
  filterHintsBytes,
  flowListMeta,
  flowListPart,
  flowResultBytes,
  type ListMeta,
  listMeta,
} from './write-answers.js';
export { filterToGoldmane, type WrittenFilter } from './write-filter.js';
export {
  flowUpdateBytes,
  orDash,
  writeFlowKey,
  writeFlowResult,
  writeFlowUpdate,
  writePolicyHit,
} from './write-flow.js';
export {
  GOLDMANE_LIST,
  GOLDMANE_STREAM,
  writeGoldmaneProbe,
  writeGoldmaneStream,
} from './write-request.js';
export { type Statistics, writeNoStatistics, writeStatistics } from './write-statistics.js';
