import { isStaged } from '@vibrissa/model';
import type { ApiHits, ApiPolicySummary, ApiTier } from '@vibrissa/protocol/messages';
import { formatAge, formatShort, plural } from '../../ui/format.js';
import type { Outcome } from '../../view/outcome.js';
import { kindTitle, kindWord } from '../../view/policy/policy-name.js';

/** What stands out about a policy: that it denies, that it would, or nothing. */
export function toneOf({ hits, staged }: Pick<ApiPolicySummary, 'hits' | 'staged'>): Outcome {
  if (hits.denied > 0) return staged ? 'stage' : 'deny';
  return hits.lines === 0 ? 'unknown' : 'allow';
}

/** `412 denied`, `38 would be denied`. */
export function deniedWords({ hits, staged }: Pick<ApiPolicySummary, 'hits' | 'staged'>): string {
  return `${formatShort(hits.denied)} ${staged ? 'would be denied' : 'denied'}`;
}

/** `1.2k allowed · 30 passed on`; empty where neither happened. */
export function otherWords({ allowed, passed }: ApiHits): string {
  return [
    ...(allowed > 0 ? [`${formatShort(allowed)} allowed`] : []),
    ...(passed > 0 ? [`${formatShort(passed)} passed on`] : []),
  ].join(' · ');
}

/** How long ago a policy was last asked: `12 s ago`; `not in this window`. */
export function lastWords(lastHit: number | null, now: number): string {
  if (lastHit === null) return 'not in this window';
  const age = formatAge(now - lastHit);
  return age === 'now' ? 'just now' : `${age} ago`;
}

/** `selects 3 workloads`; nobody is worth saying too. */
export function selectsWords(workloads: number): string {
  return `selects ${workloads === 0 ? 'no workload' : plural(workloads, 'workload')}`;
}

/** What becomes of a connection that no rule of the tier matched. */
export function tierEndWords({ defaultAction }: Pick<ApiTier, 'defaultAction'>): string {
  return defaultAction === 'deny' ? 'what no rule matches is denied' : 'what no rule matches passes on';
}

/** `order 100`; last where there is none. */
export function orderWords(order: number | null): string {
  return order === null ? 'last' : `order ${orderText(order)}`;
}

/** `100`, `1M`: orders are compared, and long zeros are hard to. */
export function orderText(order: number): string {
  if (order >= 1_000_000 && order % 1_000_000 === 0) return `${order / 1_000_000}M`;
  return String(order);
}

/** How many of its rules nothing hit. */
export function unusedWords({ unusedRules, rules }: Pick<ApiPolicySummary, 'unusedRules' | 'rules'>): string {
  if (rules === 0) return 'no rules';
  if (unusedRules === 0) return '';
  return unusedRules === rules
    ? `none of ${plural(rules, 'rule')} hit`
    : `${unusedRules} of ${rules} rules unused`;
}

/** What a staged policy will do once it is enforced. */
export function stagedWords({ stagedAction }: Pick<ApiPolicySummary, 'stagedAction'>): string {
  switch (stagedAction) {
    case 'delete':
      return 'staged to delete';
    case 'learn':
      return 'learning';
    case 'ignore':
      return 'set aside';
    default:
      return 'staged';
  }
}

/** Whether a policy matches what is typed to find it: each word somewhere in its name, tier, kind or selector. */
export function isFound(policy: Omit<ApiPolicySummary, 'spark' | 'deniedSpark'>, text: string): boolean {
  const { namespace, name, tier, kind, selects } = policy;
  const staged = isStaged(kind) ? 'staged' : '';
  const all =
    `${namespace}/${name} ${tier} ${kindWord(kind)} ${kindTitle(kind)} ${staged} ${selects}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
