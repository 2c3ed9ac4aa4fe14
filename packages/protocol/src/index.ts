export { type Backoff, retryDelay } from './backoff.js';
export { readCalicoFlowLog } from './calico-flow-log.js';
export { type ConntrackEntry, type ConntrackTuple, conntrackId, readConntrack } from './conntrack.js';
export { readFlowRecord } from './flow-record.js';
export { FlowRecordSchema } from './flow-record-schema.js';
/** Goldmane's messages, enums and services as they go over the wire. */
export * as goldmane from './gen/goldmane_pb.js';
/** What a relay says of its nodes, by number. */
export { NodeState as NODE_STATE } from './gen/relay/relay_pb.js';
export {
  BadRequestError,
  checkHints,
  checkList,
  type FilterHintsRequest,
  type FlowListRequest,
  type FlowStreamRequest,
  filterFromGoldmane,
  filterHintsBytes,
  filterToGoldmane,
  flowListMeta,
  flowListPart,
  flowResultBytes,
  flowUpdateBytes,
  GOLDMANE_LIST,
  GOLDMANE_STREAM,
  GoldmaneReader,
  type GoldmaneRecord,
  goldmaneMatcher,
  hintValues,
  hitMatcher,
  type ListMeta,
  listMeta,
  measureOf,
  oneSort,
  orDash,
  readFilterHintsRequest,
  readFlowListRequest,
  readFlowStreamRequest,
  readStatisticsRequest,
  ruleDirection,
  type Statistics,
  type StatisticsRequest,
  sortValue,
  type TimeBounds,
  writeFlowKey,
  writeFlowResult,
  writeFlowUpdate,
  writeGoldmaneProbe,
  writeGoldmaneStream,
  writeNoStatistics,
  writePolicyHit,
  writeStatistics,
} from './goldmane/index.js';
export { WireError } from './goldmane/wire-reader.js';
export type {
  HubbleEndpoint,
  HubbleEvent,
  HubbleFlow,
} from './hubble/hubble-event.js';
export { HubbleConverter, type HubbleSkip } from './hubble/hubble-flow.js';
export { type HubbleNews, HubbleStream, isHubbleRecord } from './hubble/hubble-stream.js';
export { HubbleEventReader } from './hubble/read-event.js';
export {
  GET_FLOWS,
  jsonToGetFlowsResponse,
  OBSERVER_STATUS,
  readGetFlows,
  writeGetFlows,
  writeGetFlowsResponse,
} from './hubble/write-messages.js';
export { canonicalIp, isPrivateIp } from './ip-address.js';
export type { LoggedPacket } from './packet-log.js';
export { joinVerdicts } from './packet-log-join.js';
export { type AnyPacketLogOptions, readLoggedPacket } from './packet-log-json.js';
export type { LoggedVerdict } from './packet-log-prefix.js';
export { MAX_DEPTH, MAX_LINE_LENGTH, readRecord, readRecordValue } from './read-record.js';
export { isProblem, type RecordProblem } from './record-problem.js';
export { remembered } from './remembered.js';
export { readTrace, writeHits } from './trace-text.js';
export {
  readWhiskerFilters,
  readWhiskerHintType,
  readWhiskerSort,
} from './whisker/read-filters.js';
export { whiskerHint, writeWhiskerFlow } from './whisker/write-flow.js';
export { recordWriter, writeRecord } from './write-record.js';
