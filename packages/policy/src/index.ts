export { parseSelector, printSelector } from './calico-selector.js';
export {
  type Cluster,
  EMPTY_CLUSTER,
  type EndpointSliceObject,
  type HostEndpointObject,
  type NamespaceObject,
  type NetworkSetObject,
  type PodObject,
  type PodTemplate,
  type ServiceAccountObject,
  type ServiceObject,
  type ServicePort,
  type WorkloadObject,
} from './cluster.js';
export { ClusterIndex } from './cluster-index.js';
export {
  type Connection,
  isGoverned,
  type NamedPort,
  outsideParty,
  type Party,
  type PodFacts,
  podParty,
  type ServiceBacking,
  type SetMembership,
  type UnsureLabels,
} from './connection.js';
export { countUsage } from './count-usage.js';
export { type Dataplane, dataplaneOf } from './dataplane.js';
export { effectivePeerSelector, effectivePolicySelector } from './effective-selector.js';
export {
  type ConnectionVerdict,
  decideConnection,
  decideSide,
  evaluateConnection,
  evaluateSide,
  type Outcome,
  type SideVerdict,
} from './evaluate.js';
export {
  connectionOf,
  evaluate,
  type FlowEvaluation,
  type ObservedFlow,
} from './evaluate-flow.js';
export { type Explanation, explain, type SideExplanation } from './explain.js';
export { explainConnection } from './explain-connection.js';
export { explainEvaluation } from './explain-evaluation.js';
export type { Finding, FindingCode } from './finding.js';
export { FIX_KINDS, type Fix, type FixKind, type JudgedFix } from './fix.js';
export { unifiedDiff } from './fix-text.js';
export { FlowConnections } from './flow-connections.js';
export { type JudgedFixes, type JudgeFixesOptions, judgeFixes } from './judge-fixes.js';
export { type LabelEdit, labelEditsOf, labelledCluster, withLabels } from './label-edits.js';
export { labelRestrictions } from './label-restrictions.js';
export { lint } from './lint.js';
export type { Match } from './match.js';
export type { Aspect } from './match-rule.js';
export { type NearestRule, nearestRule } from './nearest-rule.js';
export {
  ANY_PEER,
  anyRule,
  BUILT_IN_TIERS,
  DIRECTIONS,
  type Direction,
  type HostOptions,
  type HttpMatch,
  type Icmp,
  KUBERNETES_ORDER,
  type Peer,
  type Policy,
  type PolicyObjectKind,
  type PortMatch,
  type Profile,
  type Rule,
  type ServiceAccountMatch,
  type ServiceName,
  type StagedAction,
  type Tier,
} from './policy.js';
export {
  edited,
  isSamePolicy,
  type PolicyEdit,
  PolicyEditError,
  type PolicyName,
  policyNameText,
} from './policy-edit.js';
export { sortPolicies, sortTiers } from './policy-order.js';
export { PolicySet } from './policy-set.js';
export type { HitCounts, PolicyUsage, RuleUsage } from './policy-usage.js';
export { QUARANTINE_TIER, type Quarantine, quarantine, type Suspect } from './quarantine.js';
export { problemText, type ReadProblem } from './read-problem.js';
export {
  type ReadOptions,
  type ResourceFile,
  type Resources,
  readObjects,
  readResources,
} from './read-resources.js';
export { learn } from './recommend.js';
export type { LearnOptions, Recommendation, RuleEvidence } from './recommendation.js';
export { resourceEdits } from './resource-edits.js';
export { ruleText } from './rule-words.js';
export {
  EMPTY_RULEBOOK,
  type Engine,
  engineOf,
  joinedRulebook,
  type ListedObject,
  type Rulebook,
} from './rulebook.js';
export { scopeWords } from './scope-words.js';
export { observedLine, type SeenConnection, type SeenReport, seenConnection } from './seen-connection.js';
export {
  ALL,
  allOf,
  type Comparison,
  type LabelMap,
  labelsEqual,
  mapSelector,
  matchesSelector,
  type Selector,
} from './selector.js';
export { SelectorSyntaxError } from './selector-syntax-error.js';
export { type SelectorToken, type SelectorTokenKind, selectorTokens } from './selector-tokens.js';
export { type FixesFound, suggestFixes } from './smallest-fix.js';
export { QUARANTINE_LABEL, stableLabels } from './stable-labels.js';
export { enforcedKind, enforcedTwin, stagedApplied } from './staged.js';
export {
  type Condition,
  type Doubt,
  type NotModelled,
  type PolicySteps,
  type ProfileSteps,
  type RuleStep,
  type SideSteps,
  sideSteps,
  type TierSteps,
} from './steps.js';
export { type OrderOf, type Suggestion, suggestChange } from './suggest-change.js';
export {
  TEMPLATE_NAMES,
  type Template,
  TemplateError,
  type TemplateName,
  type TemplateOptions,
  template,
} from './templates.js';
export { explainHits, type Step } from './trace-steps.js';
export {
  type Amounts,
  CHANGE_DIRECTIONS,
  type ChangeDirection,
  type ChangeTotals,
  type ObservedPair,
  type TraceComparison,
  type VerdictChange,
  type WhatIfAnswer,
} from './verdict-change.js';
export { type WhatIfOptions, whatIf } from './what-if.js';
export type {
  Why,
  WhyCondition,
  WhyPolicy,
  WhyRule,
  WhySide,
  WhyTier,
} from './why.js';
export { PolicyNotWritableError, type WritableObject, type WriteOptions, writeYaml } from './write-yaml.js';
