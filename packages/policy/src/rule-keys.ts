import type { AskedTier } from './asked-tiers.js';
import type { CompiledRule } from './match-rule.js';
import type { Policy } from './policy.js';

/**
 * Numbers that are the same for what decides the same, so that what is asked at an end can be compared between two
 * sets of policies, whatever the objects and names are.
 */
export class RuleKeys {
  private readonly numbers = new Map<string, number>();
  private readonly known = new WeakMap<CompiledRule, number>();

  /** The same text for two lists that ask the same in the same order. */
  ofAsked(tiers: readonly AskedTier[]): string {
    let key = '';
    for (const { defaultAction, governed, policies } of tiers) {
      key += `${defaultAction === 'deny' ? 'd' : 'p'}${governed ? '!' : ''}`;
      for (const { policy, selects, rules } of policies) {
        key += selects === 'yes' ? ':' : this.ofDoubt(policy);
        for (const { of } of rules) key += `${this.ofRule(of, policy)},`;
      }
    }
    return key;
  }

  /** Whether an uncertain policy governs hangs on its selector: two are open in the same way only with the same one. */
  private ofDoubt({ namespace, selector, namespaceSelector, serviceAccountSelector }: Policy): string {
    const text = JSON.stringify([namespace, selector, namespaceSelector, serviceAccountSelector]);
    return `?${this.number(text)}:`;
  }

  private ofRule(compiled: CompiledRule, { namespace }: Policy): number {
    const found = this.known.get(compiled);
    if (found !== undefined) return found;
    const { written: _, name: __, ...rule } = compiled.rule;
    // What a rule's peers mean depends on the namespace of its policy.
    const made = this.number(JSON.stringify([namespace, rule]));
    this.known.set(compiled, made);
    return made;
  }

  private number(text: string): number {
    const found = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, found);
    return found;
  }
}
