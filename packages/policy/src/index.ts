export { parseSelector, printSelector } from './calico-selector.js';
export {
  type Connection,
  type NamedPort,
  outsideParty,
  type Party,
  type PodFacts,
  podParty,
} from './connection.js';
export { effectivePeerSelector, effectivePolicySelector } from './effective-selector.js';
export { type ConnectionVerdict, evaluateConnection, evaluateSide, type SideVerdict } from './evaluate.js';
export { type Explanation, explain, explainHits, type SideExplanation, type Step } from './explain.js';
export {
  ANY_PEER,
  anyRule,
  BUILT_IN_TIERS,
  type Direction,
  KUBERNETES_ORDER,
  type Peer,
  type Policy,
  type PolicyObjectKind,
  type PortMatch,
  type Rule,
  type Tier,
} from './policy.js';
export { sortPolicies, sortTiers } from './policy-order.js';
export { PolicySet } from './policy-set.js';
export { QUARANTINE_TIER, type Quarantine, quarantine, type Suspect } from './quarantine.js';
export { type SeenConnection, type SeenReport, seenConnection } from './seen-connection.js';
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
export { stableLabels } from './stable-labels.js';
export { type OrderOf, type Suggestion, suggestChange } from './suggest-change.js';
export { PolicyNotWritableError, writeYaml } from './write-yaml.js';
