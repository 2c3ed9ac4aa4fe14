import { effectivePolicySelector } from './effective-selector.js';
import type { Policy } from './policy.js';
import { type SelectorPart, selectorParts, withWords } from './selector-words.js';

type Selecting = Pick<Policy, 'namespace' | 'selector' | 'namespaceSelector' | 'serviceAccountSelector'>;

/** Whom a policy selects, in words: `all pods in namespace shop`, `pods and hosts with role=db`. */
export function scopeWords(policy: Selecting): string {
  const parts = selectorParts(effectivePolicySelector(policy));
  // A selector that says nothing of a namespace selects hosts too.
  const isOfPods = parts.some(({ about }) => about === 'namespace' || about === 'pod');
  const places = parts.filter((part) => part.about === 'namespace' && !isInAny(part));
  const words = withWords([...parts.filter(({ about }) => about !== 'namespace'), ...places]);
  const isAll = words === '' || words.startsWith('in ');
  const anywhere = isOfPods && places.length === 0 ? ['in any namespace'] : [];
  return [
    ...(isAll ? ['all'] : []),
    isOfPods ? 'pods' : 'pods and hosts',
    ...(words === '' ? [] : [words]),
    ...anywhere,
  ].join(' ');
}

/** Whether the part asks for a namespace, whichever it is: what is no host has one. */
function isInAny({ selector }: SelectorPart): boolean {
  return selector.op === 'has' && selector.key === 'projectcalico.org/namespace';
}
