export {
  addCount,
  addCounters,
  COUNTER_NAMES,
  type CounterName,
  type Counters,
  UNKNOWN_COUNTERS,
} from './counters.js';
export {
  ENDPOINT_KINDS,
  type Endpoint,
  type EndpointKind,
  endpointText,
  INNER_NETWORK_NAMES,
  isOutside,
  networkText,
  splitName,
  workloadOf,
} from './endpoint.js';
export {
  EMPTY_TALLY,
  EVIDENCE_NAMES,
  type Evidence,
  leftOut,
  mergeEvidence,
  mergeTally,
  NO_EVIDENCE,
  TALLY_CAP,
  type Tally,
  tallyOf,
} from './evidence.js';
export { describeFilter } from './filter/describe.js';
export {
  conjuncts,
  exactFilterFor,
  fieldValues,
  fromConjuncts,
  withClause,
  withoutField,
} from './filter/edit.js';
export {
  type Field,
  type FieldType,
  isNumberField,
  type NumberField,
  type TextField,
} from './filter/field.js';
export { FIELDS, findField } from './filter/fields.js';
export { compileFilter, type Predicate, UnknownFieldError } from './filter/matches.js';
export { isNothing, NOTHING, normalizeFilter } from './filter/normalize.js';
export { FILTER_LIMITS, parseFilter } from './filter/parse.js';
export { printFilter } from './filter/print.js';
export { valueText } from './filter/scan.js';
export { type Completion, type Suggestion, suggest } from './filter/suggest.js';
export { FilterSyntaxError } from './filter/syntax-error.js';
export { EVERYTHING, type Filter, OPERATORS, type Operator } from './filter/tree.js';
export { parseBytes, parseDuration } from './filter/units.js';
export { canonicalValue, numberValue, type ValueProblem, valueProblem } from './filter/value.js';
export {
  type Flow,
  type FlowKey,
  type FlowRecord,
  type KeyPlace,
  REPORTERS,
  type Reporter,
  type Service,
} from './flow.js';
export { type FlowGroup, GROUPINGS, type Grouping, type GroupKey, type Traffic } from './flow-group.js';
export { foldFlows, groupKeyOf } from './fold.js';
export {
  type Cidr,
  cidrContains,
  cidrMatcher,
  compareIps,
  type Ip,
  isPrivateIp,
  parseCidr,
  parseIp,
  parseIpv4,
} from './ip.js';
export { intersectLabels, type Labels } from './labels.js';
export type { LineReducer } from './line-reducer.js';
export { fromRecord, type Mergeable, mergeFlows } from './merge.js';
export {
  ACTIONS,
  type Action,
  decidingHit,
  isStaged,
  NO_TRACE,
  POLICY_KINDS,
  type PolicyHit,
  type PolicyKind,
  type PolicyRef,
  type PolicyTrace,
  policyOf,
} from './policy-hit.js';
export { bucketStart, type Clock, type Millis, millis, resolveBound, type TimeRange } from './time.js';
export { pendingVerdict, VERDICTS, type Verdict, worseVerdict, wouldBeDenied } from './verdict.js';
