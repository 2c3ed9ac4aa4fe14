import type { TierPolicies } from './governing.js';
import type { Match } from './match.js';
import { type Check, type CompiledRule, mayMatchPort } from './match-rule.js';
import type { Policy } from './policy.js';
import type { KnownSelector } from './selector-table.js';
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
  readonly policy: Policy;
  readonly rules: readonly AskedRule[];
  readonly selects: Match;
}

/** A rule without the conditions that hold for the protocol and port. */
export interface AskedRule {
  readonly action: 'allow' | 'deny' | 'pass';
  /** What the ends must be; null is anybody. */
  readonly source: KnownSelector | null;
  readonly dest: KnownSelector | null;
  readonly rest: readonly Check['test'][];
  /** What it was made from, to tell whether two are the same. */
  readonly of: CompiledRule;
}

/** Ports are what somebody sends: of one end only so many are kept. */
const MOST_KEPT = 256;
const PROTOCOLS = 512;

/**
 * The rules that govern an end by protocol and port: most rules name one, and what is so for all such connections is
 * not asked again for each. Rules that only log never decide and are left out, and so is what is never reached.
 */
export class AskedTiers {
  private readonly kept = new Map<number, readonly AskedTier[]>();
  private whole: readonly AskedTier[] | null = null;

  constructor(private readonly tiers: readonly TierPolicies[]) {}

  of(view: ConnectionView): readonly AskedTier[] {
    const id = portId(view);
    const found = this.kept.get(id);
    if (found !== undefined) return found;
    if (this.kept.size >= MOST_KEPT) {
      this.whole ??= this.tiers.map((tier) => askedTier(tier, null));
      return this.whole;
    }
    const made = this.tiers.map((tier) => askedTier(tier, view));
    this.kept.set(id, made);
    return made;
  }
}

/** The same for connections with the same protocol and port. */
export function portId({ protocol, connection: { port } }: ConnectionView): number {
  // Numbers of protocols below 0 stand for what is not known.
  return port * PROTOCOLS + protocol + 3;
}

function askedTier({ tier, policies }: TierPolicies, view: ConnectionView | null): AskedTier {
  const asked: AskedPolicy[] = [];
  for (const { compiled, rules, selects } of policies) {
    const left: AskedRule[] = [];
    let ends = false;
    for (const rule of rules) {
      const one = askedRule(rule, view);
      if (one === null) continue;
      left.push(one);
      ends = one.source === null && one.dest === null && one.rest.length === 0;
      if (ends) break;
    }
    if (left.length > 0) asked.push({ policy: compiled.policy, rules: left, selects });
    if (ends && selects === 'yes') break;
  }
  return {
    defaultAction: tier.defaultAction,
    governed: policies.some(({ selects }) => selects === 'yes'),
    policies: asked,
  };
}

/** Null for a rule that decides nothing of such connections. */
function askedRule(rule: CompiledRule, view: ConnectionView | null): AskedRule | null {
  const { action, source, dest } = rule;
  if (action === 'log' || (view !== null && !mayMatchPort(rule, view))) return null;
  const rest: Check['test'][] = [];
  for (const { asks, test } of rule.checks) {
    if (asks === 'selector') continue;
    if (asks === 'port' && view !== null) {
      const match = test(view);
      if (match === 'no') return null;
      if (match === 'yes') continue;
    }
    rest.push(test);
  }
  return { action, source, dest, rest, of: rule };
}

/** Whether a rule matches a connection with the protocol and port that it was made for. */
export function matchAsked({ source, dest, rest }: AskedRule, view: ConnectionView): Match {
  let match: Match = 'yes';
  if (source !== null) {
    const found = view.source.answers.peer(source);
    if (found === 'no') return found;
    match = found;
  }
  if (dest !== null) {
    const found = view.dest.answers.peer(dest);
    if (found === 'no') return found;
    if (found === 'maybe') match = found;
  }
  for (const test of rest) {
    const found = test(view);
    if (found === 'no') return found;
    if (found === 'maybe') match = found;
  }
  return match;
}
