import {
  type Action,
  NO_TRACE,
  type PolicyHit,
  type PolicyKind,
  type PolicyRef,
  type PolicyTrace,
} from '@vibrissa/model';
import { RecentTexts } from './recent-texts.js';
import { isProblem, type RecordProblem } from './record-problem.js';

const KINDS: ReadonlyMap<string, PolicyKind> = new Map([
  ['np', 'CalicoNetworkPolicy'],
  ['gnp', 'GlobalNetworkPolicy'],
  ['snp', 'StagedNetworkPolicy'],
  ['sgnp', 'StagedGlobalNetworkPolicy'],
  ['sknp', 'StagedKubernetesNetworkPolicy'],
  ['knp', 'NetworkPolicy'],
  ['kcnp', 'ClusterNetworkPolicy'],
  ['cnp', 'CiliumNetworkPolicy'],
  ['ccnp', 'CiliumClusterwideNetworkPolicy'],
  ['pro', 'Profile'],
  // Felix always names a trigger; other sources may not know it.
  ['eot', 'EndOfTier'],
]);
const KIND_WORDS: ReadonlyMap<PolicyKind, string> = new Map([...KINDS].map(([word, kind]) => [kind, word]));
const ACTION_WORDS: ReadonlyMap<string, Action> = new Map([
  ['allow', 'allow'],
  ['deny', 'deny'],
  ['pass', 'pass'],
  ['log', 'log'],
]);

const PROFILE_TIER = '__PROFILE__';
const STAGED = 'staged:';
const DIGITS = /^\d{1,9}$/;
const CLUSTER_PREFIX = /^k(?:cnp|anp|banp)\./;

/** Traces by their text. Equal traces are one object, so that a store can know them by identity. */
const known = new RecentTexts<PolicyTrace>(25_000, 8_000_000);

/**
 * The trace that two lists of hits tell, sorted by policy index; frozen, and the same object for the same
 * hits as long as it is among the last 25,000 or so. A problem names the hit as `enforced[0]` or `pending[0]`.
 */
export function readTrace(
  enforced: readonly string[],
  pending: readonly string[],
): PolicyTrace | RecordProblem {
  if (enforced.length === 0 && pending.length === 0) return NO_TRACE;
  const text = textOf(enforced, pending);
  const found = known.get(text);
  if (found !== undefined) return found;
  const enforcedHits = readHits(enforced, 'enforced');
  if (isProblem(enforcedHits)) return enforcedHits;
  const pendingHits = readHits(pending, 'pending');
  if (isProblem(pendingHits)) return pendingHits;
  const trace: PolicyTrace = Object.freeze({ enforced: enforcedHits, pending: pendingHits });
  // Other spellings and orders of the same hits lead to the object their canonical text has.
  const canonical = textOf(writeHits(enforcedHits), writeHits(pendingHits));
  const twin = known.get(canonical) ?? trace;
  known.set(canonical, twin);
  if (text !== canonical) known.set(text, twin);
  return twin;
}

/**
 * The trace of hits read from elsewhere: the object that `readTrace` gives for the same hits, so that a flow is the
 * same whichever format told of it. Hits that no text spells (a trigger of another tier, say) are shared among
 * themselves. Both lists are frozen and must be sorted by policy index.
 */
export function shareTrace(enforced: readonly PolicyHit[], pending: readonly PolicyHit[]): PolicyTrace {
  if (enforced.length === 0 && pending.length === 0) return NO_TRACE;
  const spelt = readTrace(writeHits(enforced), writeHits(pending));
  const trace: PolicyTrace = { enforced: Object.freeze(enforced), pending: Object.freeze(pending) };
  const text = JSON.stringify(trace);
  if (!isProblem(spelt) && JSON.stringify(spelt) === text) return spelt;
  const found = known.get(text);
  if (found !== undefined) return found;
  known.set(text, Object.freeze(trace));
  return trace;
}

/** Concatenation, as joining lists costs thrice as much and this is done for every record. */
function textOf(enforced: readonly string[], pending: readonly string[]): string {
  let text = '';
  for (let at = 0; at < enforced.length; at++) text += `${enforced[at]}\n`;
  text += '\n';
  for (let at = 0; at < pending.length; at++) text += `${pending[at]}\n`;
  return text;
}

/** The text of each hit, `index|tier|kind:[namespace/]name|action|rule`, as `readTrace` takes it. */
export function writeHits(hits: readonly PolicyHit[]): string[] {
  return hits.map(writeHit);
}

function writeHit(hit: PolicyHit): string {
  const policy = hit.trigger ?? hit;
  const name = policy.namespace === '' ? policy.name : `${policy.namespace}/${policy.name}`;
  const tier = hit.tier === '' ? PROFILE_TIER : hit.tier;
  return `${hit.policyIndex}|${tier}|${KIND_WORDS.get(policy.kind)}:${name}|${hit.action}|${hit.ruleIndex}`;
}

function readHits(texts: readonly string[], side: string): readonly PolicyHit[] | RecordProblem {
  const hits: PolicyHit[] = [];
  for (let at = 0; at < texts.length; at++) {
    const hit = readHit(texts[at] ?? '');
    if (typeof hit === 'string') {
      return {
        field: `${side}[${at}]`,
        reason: hit,
        remedy: 'Write a hit as index|tier|kind:namespace/name|action|rule, or as Calico logs it.',
      };
    }
    hits.push(hit);
  }
  return Object.freeze(hits.sort((a, b) => a.policyIndex - b.policyIndex));
}

/** One hit in either spelling, or what is wrong with it. */
function readHit(text: string): PolicyHit | string {
  const parts = text.split('|');
  const [index = '', tierText = '', policyText = '', actionText = '', rule = '-2'] = parts;
  if (parts.length !== 4 && parts.length !== 5) return `has ${parts.length} parts between bars, not 5`;
  // Texts are told apart by the lines they stand on.
  if (text.includes('\n')) return 'has a line break in it';
  if (!DIGITS.test(index)) return `its index '${brief(index)}' is not a number`;
  const action = ACTION_WORDS.get(actionText);
  if (action === undefined) return `its action '${brief(actionText)}' is none of allow, deny, pass, log`;
  if (rule !== '-1' && rule !== '-2' && !DIGITS.test(rule))
    return `its rule '${brief(rule)}' is not a number`;
  const tier = tierText === PROFILE_TIER ? '' : tierText;
  const policy = readFelixPolicy(tier, policyText) ?? readLoggedPolicy(tier, policyText);
  if (policy.name === '' && policy.kind !== 'EndOfTier')
    return `its policy '${brief(policyText)}' has no name`;
  const place = { action, policyIndex: Number(index), ruleIndex: Number(rule) };
  if (rule === '-1' && policy.kind !== 'EndOfTier') {
    const trigger = Object.freeze(policy);
    return Object.freeze({ kind: 'EndOfTier', namespace: '', name: '', tier, ...place, trigger });
  }
  return Object.freeze({ ...policy, ...place, trigger: null });
}

/** `kind:[namespace/]name`, as Felix tells Goldmane; null when it is not spelled so. */
function readFelixPolicy(tier: string, text: string): PolicyRef | null {
  const colon = text.indexOf(':');
  const kind = KINDS.get(text.slice(0, Math.max(0, colon)));
  if (kind === undefined) return null;
  const [namespace, name] = splitNamespace(text.slice(colon + 1));
  return { kind, namespace, name, tier };
}

/** `tier.name`, `namespace/tier.name` or `namespace/knp.default.name`, staged or not, as flow logs have it. */
function readLoggedPolicy(tier: string, text: string): PolicyRef {
  const staged = text.includes(STAGED);
  const [namespace, full] = splitNamespace(staged ? text.replace(STAGED, '') : text);
  if (tier === '') return { kind: 'Profile', namespace, name: withoutPrefix(full, `${PROFILE_TIER}.`), tier };
  if (full.startsWith('knp.')) {
    const name = withoutPrefix(full.slice(4), 'default.');
    return { kind: staged ? 'StagedKubernetesNetworkPolicy' : 'NetworkPolicy', namespace, name, tier };
  }
  const cluster = full.replace(CLUSTER_PREFIX, '');
  const name = withoutPrefix(cluster, `${tier}.`);
  if (cluster !== full && !staged) return { kind: 'ClusterNetworkPolicy', namespace, name, tier };
  if (namespace === '')
    return { kind: staged ? 'StagedGlobalNetworkPolicy' : 'GlobalNetworkPolicy', namespace, name, tier };
  return { kind: staged ? 'StagedNetworkPolicy' : 'CalicoNetworkPolicy', namespace, name, tier };
}

function splitNamespace(text: string): readonly [namespace: string, name: string] {
  const slash = text.indexOf('/');
  return slash < 0 ? ['', text] : [text.slice(0, slash), text.slice(slash + 1)];
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) && text.length > prefix.length ? text.slice(prefix.length) : text;
}

function brief(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
