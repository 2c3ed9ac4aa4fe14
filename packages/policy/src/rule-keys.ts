import type { Governing } from './governing.js';
import type { Direction, Policy } from './policy.js';

/**
 * Numbers that are the same for what decides the same, so that what governs an end can be compared between two sets
 * of policies, whatever the objects and names are.
 */
export class RuleKeys {
  private readonly numbers = new Map<string, number>();
  private readonly known: Readonly<Record<Direction, WeakMap<Policy, number>>> = {
    ingress: new WeakMap(),
    egress: new WeakMap(),
  };

  /** The same text for two ends, or two sets, at which everything that is in force is asked in the same order. */
  ofGoverning({ enforced }: Governing, direction: Direction): string {
    let key = '';
    for (const { tier, policies } of enforced) {
      key += tier.defaultAction === 'deny' ? 'd' : 'p';
      for (const { compiled, selects } of policies) {
        key += `${this.ofRules(compiled.policy, direction)}${selects === 'yes' ? ',' : this.ofDoubt(compiled.policy)}`;
      }
    }
    return key;
  }

  /** Whether an uncertain policy governs hangs on its selector: two are open in the same way only with the same one. */
  private ofDoubt(policy: Policy): string {
    const { namespace, selector, namespaceSelector, serviceAccountSelector } = policy;
    const text = JSON.stringify([namespace, selector, namespaceSelector, serviceAccountSelector]);
    return `?${this.number(text)},`;
  }

  private ofRules(policy: Policy, direction: Direction): number {
    const found = this.known[direction].get(policy);
    if (found !== undefined) return found;
    const rules = policy[direction].map(({ written: _, name: __, ...rule }) => rule);
    // What a rule's peers mean depends on the namespace of its policy.
    const made = this.number(JSON.stringify([policy.namespace, rules]));
    this.known[direction].set(policy, made);
    return made;
  }

  private number(text: string): number {
    const found = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, found);
    return found;
  }
}
