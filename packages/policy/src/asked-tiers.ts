import type { TierPolicies } from './governing.js';
import type { Match } from './match.js';
import { type CompiledRule, mayMatchPort } from './match-rule.js';
import type { ConnectionView } from './view.js';

/** What is left of a tier to ask of connections with one protocol and port. */
export interface AskedTier {
  readonly defaultAction: 'deny' | 'pass';
  /** True when a policy certainly governs the end, so that the end of the tier is reached. */
  readonly governed: boolean;
  /** Those with a rule left, in order. */
  readonly policies: readonly AskedPolicy[];
}

interface AskedPolicy {
  readonly rules: readonly CompiledRule[];
  readonly selects: Match;
}

/** Ports are what somebody sends: of one end only so many are kept. */
const MOST_KEPT = 256;
const PROTOCOLS = 512;

/**
 * The rules that govern an end by protocol and port: most rules name one, and what certainly does not match is not
 * asked again for every connection. Rules that only log never decide and are left out.
 */
export class AskedTiers {
  private readonly kept = new Map<number, readonly AskedTier[]>();
  private whole: readonly AskedTier[] | null = null;

  constructor(private readonly tiers: readonly TierPolicies[]) {}

  of(view: ConnectionView): readonly AskedTier[] {
    // Numbers of protocols below 0 stand for what is not known.
    const id = view.connection.port * PROTOCOLS + view.protocol + 3;
    const found = this.kept.get(id);
    if (found !== undefined) return found;
    if (this.kept.size >= MOST_KEPT) {
      this.whole ??= this.narrowed(() => true);
      return this.whole;
    }
    const made = this.narrowed((rule) => mayMatchPort(rule, view));
    this.kept.set(id, made);
    return made;
  }

  private narrowed(isLeft: (rule: CompiledRule) => boolean): readonly AskedTier[] {
    return this.tiers.map(({ tier, policies }) => ({
      defaultAction: tier.defaultAction,
      governed: policies.some(({ selects }) => selects === 'yes'),
      policies: policies
        .map(({ rules, selects }) => ({
          selects,
          rules: rules.filter((rule) => rule.action !== 'log' && isLeft(rule)),
        }))
        .filter(({ rules }) => rules.length > 0),
    }));
  }
}
