import {
  type Action,
  decidingHit,
  isStaged,
  type PolicyHit,
  type PolicyRef,
  policyOf,
} from '@vibrissa/model';
import { policyWords, profileWords, ruleWords } from './words.js';

/** One hit of a trace. */
export interface Step {
  readonly tier: string;
  /** The policy the step is put down to; for an end of tier the one that selected the endpoint. */
  readonly policy: PolicyRef;
  readonly action: Action;
  /**
   * As reported: counts from 0, −1 is the end of a tier, −2 not known. Sentences count from 1.
   * Rules of Kubernetes policies are counted after Calico has split them, one for each peer.
   */
  readonly ruleIndex: number;
  readonly text: string;
  /** True for the step that gave the verdict. */
  readonly decided: boolean;
}

/** A trace as steps, in the order in which they were taken. */
export function explainHits(hits: readonly PolicyHit[]): readonly Step[] {
  return hits.map((hit, index) => ({
    tier: hit.tier,
    policy: refOf(policyOf(hit)),
    action: hit.action,
    ruleIndex: hit.ruleIndex,
    text: stepText(hit),
    decided: index === hits.length - 1 && decidingHit(hits) !== null,
  }));
}

function refOf({ kind, namespace, name, tier }: PolicyRef): PolicyRef {
  return { kind, namespace, name, tier };
}

const DOES: Record<Action, string> = {
  allow: 'allows it',
  deny: 'denies it',
  pass: 'passes it on to the next tier',
  log: 'logs it',
};

const TIER_DOES: Record<Action, string> = { ...DOES, deny: 'denies', pass: 'passes it on', allow: 'allows' };

function stepText(hit: PolicyHit): string {
  if (hit.kind === 'Profile') {
    return hit.ruleIndex < 0 && hit.action === 'deny'
      ? 'no tier decided and no profile allows it, so it is denied'
      : `no tier decided, so ${profileWords(hit.name)} ${DOES[hit.action]}`;
  }
  if (hit.kind === 'EndOfTier') {
    if (isUntiered(hit)) return `no policy allows it, so the default ${TIER_DOES[hit.action]}`;
    const { trigger } = hit;
    const by =
      trigger === null
        ? `selected in tier ${hit.tier}`
        : `selected by ${trigger.name}${isStaged(trigger.kind) ? ' (staged)' : ''} in tier ${hit.tier}`;
    return `${by}, no rule matched, so the tier ${TIER_DOES[hit.action]}`;
  }
  return `${ruleWords(hit.ruleIndex)} of ${policyWords(hit)} ${DOES[hit.action]}`;
}

/** True for the default of a dataplane without tiers, such as Cilium's. */
export function isUntiered({ kind, tier }: PolicyHit): boolean {
  return kind === 'EndOfTier' && tier === '';
}

/**
 * Whether two traces tell of different ways. Another trigger alone means nothing: Felix names the last policy of a tier in one trace,
 * the first in the other.
 */
export function tracesDiffer(enforced: readonly PolicyHit[], pending: readonly PolicyHit[]): boolean {
  if (pending.length === 0) return false;
  const plain = (hits: readonly PolicyHit[]) =>
    JSON.stringify(
      hits.map(({ kind, namespace, name, tier, action, ruleIndex, trigger }) => [
        [kind, namespace, name, tier, action, ruleIndex],
        trigger !== null && isStaged(trigger.kind),
      ]),
    );
  return plain(enforced) !== plain(pending);
}
