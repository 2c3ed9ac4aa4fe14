import type { CompiledPolicy } from './compile-policy.js';
import type { Party } from './connection.js';
import { labelRestrictions } from './label-restrictions.js';

/**
 * Policies by a label that what they select must have, so that an end is compared only with those that can
 * govern it.
 */
export class PolicyIndex {
  private readonly anyLabels: CompiledPolicy[] = [];
  private readonly byLabel = new Map<string, Map<string, CompiledPolicy[]>>();
  private readonly byKey = new Map<string, CompiledPolicy[]>();

  constructor(policies: readonly CompiledPolicy[]) {
    for (const policy of policies) this.add(policy);
  }

  private add(policy: CompiledPolicy): void {
    let best: { key: string; values: readonly string[] } | null = null;
    for (const [key, { present, values }] of labelRestrictions(policy.selector.selector)) {
      if (!present || values === null || (best !== null && values.length > best.values.length)) continue;
      // Of equals the last: a policy's own labels come before the namespace, which more policies share.
      if (best === null || values.length < best.values.length || key !== 'projectcalico.org/orchestrator') {
        best = { key, values };
      }
    }
    if (best === null) {
      this.anyLabels.push(policy);
      return;
    }
    const values = this.byLabel.get(best.key) ?? new Map<string, CompiledPolicy[]>();
    this.byLabel.set(best.key, values);
    for (const value of best.values) values.set(value, [...(values.get(value) ?? []), policy]);
    this.byKey.set(best.key, [...(this.byKey.get(best.key) ?? []), policy]);
  }

  /** The policies that can govern an end, in their order; among them some that do not. */
  candidates({ labels, unsure }: Party): readonly CompiledPolicy[] {
    if (labels === undefined) return [];
    const found = [...this.anyLabels];
    for (const [key, values] of this.byLabel) {
      const value = labels?.get(key);
      if (labels === null || unsure?.keys.has(key) || (value === undefined && unsure !== undefined)) {
        found.push(...(this.byKey.get(key) ?? []));
      } else if (value !== undefined) found.push(...(values.get(value) ?? []));
    }
    return found.sort((a, b) => a.place - b.place);
  }
}
