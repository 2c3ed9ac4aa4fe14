import { effectivePolicySelector } from './effective-selector.js';
import type { Policy } from './policy.js';
import { selectorParts, withWords } from './selector-words.js';

type Selecting = Pick<Policy, 'namespace' | 'selector' | 'namespaceSelector' | 'serviceAccountSelector'>;

/** Whom a policy selects, in words: `all pods in namespace shop`, `pods and hosts with role=db`. */
export function scopeWords(policy: Selecting): string {
  const parts = selectorParts(effectivePolicySelector(policy));
  const words = withWords(parts);
  // A selector that says nothing of a namespace selects hosts too.
  const noun = parts.some(({ about }) => about === 'namespace' || about === 'pod')
    ? 'pods'
    : 'pods and hosts';
  const isAll = words === '' || words.startsWith('in ');
  return [...(isAll ? ['all'] : []), noun, ...(words === '' ? [] : [words])].join(' ');
}
