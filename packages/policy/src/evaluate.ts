import type { PolicyHit, PolicyRef, PolicyTrace, Verdict } from '@vibrissa/model';
import { worseVerdict } from '@vibrissa/model';
import type { Connection, Party } from './connection.js';
import { matchRule } from './match-rule.js';
import type { Direction, Policy } from './policy.js';
import type { CompiledPolicy, PolicySet, TierPolicies } from './policy-set.js';

/** What policy says of a connection at one of its ends. */
export interface SideVerdict {
  readonly verdict: Verdict;
  readonly pending: Verdict;
  /** Empty on a side whose verdict is unknown. */
  readonly trace: PolicyTrace;
}

/** What policy says of a connection at both ends; null for an end that no policy governs, outside the cluster. */
export interface ConnectionVerdict {
  readonly source: SideVerdict | null;
  /** What the destination would say; it is not asked when the source denies. */
  readonly dest: SideVerdict | null;
  readonly verdict: Verdict;
  readonly pending: Verdict;
}

/** A way through the tiers to a verdict; `hits` is null when facts are missing that decide which way was taken. */
interface Outcome {
  readonly verdict: Verdict;
  readonly hits: readonly PolicyHit[] | null;
}

/** Evaluates a new connection at both ends, as Felix does: egress at the source, ingress at the destination. */
export function evaluateConnection(set: PolicySet, connection: Connection): ConnectionVerdict {
  const source = sideVerdict(set, connection, 'egress');
  const dest = sideVerdict(set, connection, 'ingress');
  return {
    source,
    dest,
    verdict: bothMustAllow(source?.verdict, dest?.verdict),
    pending: bothMustAllow(source?.pending, dest?.pending),
  };
}

function sideVerdict(set: PolicySet, connection: Connection, direction: Direction): SideVerdict | null {
  const party = direction === 'egress' ? connection.source : connection.dest;
  return party.labels === undefined ? null : evaluateSide(set, connection, direction);
}

function bothMustAllow(source: Verdict | undefined, dest: Verdict | undefined): Verdict {
  if (source === undefined || dest === undefined) return source ?? dest ?? 'unknown';
  const worse = worseVerdict(source, dest);
  return worse === 'allow' && (source === 'unknown' || dest === 'unknown') ? 'unknown' : worse;
}

/** Evaluates at the end that `direction` names: `egress` the source, `ingress` the destination. */
export function evaluateSide(set: PolicySet, connection: Connection, direction: Direction): SideVerdict {
  const party = direction === 'egress' ? connection.source : connection.dest;
  if (party.labels === null || party.labels === undefined) {
    return { verdict: 'unknown', pending: 'unknown', trace: { enforced: [], pending: [] } };
  }
  const tiers = set.governs(party, direction);
  const enforced = new Walk(connection, direction, party, enforcedOnly(tiers), 'last').run();
  const pending = new Walk(connection, direction, party, tiers, 'first').run();
  return {
    verdict: enforced.verdict,
    pending: pending.verdict,
    trace: { enforced: enforced.hits ?? [], pending: pending.hits ?? [] },
  };
}

/** Staged policies are not there at all: a tier that has no others is skipped. */
function enforcedOnly(tiers: readonly TierPolicies[]): readonly TierPolicies[] {
  if (!tiers.some(({ policies }) => policies.some(({ staged }) => staged))) return tiers;
  return tiers
    .map(({ tier, policies }) => ({ tier, policies: policies.filter(({ staged }) => !staged) }))
    .filter(({ policies }) => policies.length > 0);
}

class Walk {
  constructor(
    private readonly connection: Connection,
    private readonly direction: Direction,
    private readonly party: Party,
    private readonly tiers: readonly TierPolicies[],
    /** Felix puts the end of a tier down to the last enforced policy, but to the first when it evaluates staged ones. */
    private readonly trigger: 'first' | 'last',
  ) {}

  run(): Outcome {
    return this.tier(0, []);
  }

  private tier(index: number, hits: readonly PolicyHit[]): Outcome {
    const current = this.tiers[index];
    if (current === undefined) return this.profiles(hits);
    return this.rules(index, current, 0, 0, hits);
  }

  /** Continues at one rule of one policy, so that both branches of an undecidable match can be followed. */
  private rules(
    index: number,
    tier: TierPolicies,
    from: number,
    fromRule: number,
    hits: readonly PolicyHit[],
  ): Outcome {
    for (let p = from; p < tier.policies.length; p++) {
      const compiled = tier.policies[p];
      if (compiled === undefined) break;
      const rules = compiled[this.direction];
      for (let r = p === from ? fromRule : 0; r < rules.length; r++) {
        const rule = rules[r];
        if (rule === undefined || rule.action === 'log') continue;
        const match = matchRule(rule, this.connection);
        if (match === 'no') continue;
        const hit = ruleHit(compiled.policy, rule.action, r, hits.length);
        const taken =
          rule.action === 'pass'
            ? this.tier(index + 1, [...hits, hit])
            : { verdict: rule.action, hits: [...hits, hit] };
        return match === 'yes' ? taken : agree(taken, this.rules(index, tier, p, r + 1, hits));
      }
    }
    return this.endOfTier(index, tier, hits);
  }

  private endOfTier(index: number, { tier, policies }: TierPolicies, hits: readonly PolicyHit[]): Outcome {
    const trigger = this.trigger === 'first' ? policies[0] : policies.at(-1);
    const hit: PolicyHit = {
      kind: 'EndOfTier',
      namespace: '',
      name: '',
      tier: tier.name,
      action: tier.defaultAction,
      policyIndex: hits.length,
      ruleIndex: -1,
      trigger: trigger === undefined ? null : refOf(trigger),
    };
    if (tier.defaultAction === 'pass') return this.tier(index + 1, [...hits, hit]);
    return { verdict: 'deny', hits: [...hits, hit] };
  }

  private profiles(hits: readonly PolicyHit[]): Outcome {
    const profile = this.party.profiles[0];
    const hit: PolicyHit = {
      kind: 'Profile',
      namespace: '',
      name: profile ?? '',
      tier: '',
      action: profile === undefined ? 'deny' : 'allow',
      policyIndex: hits.length,
      ruleIndex: profile === undefined ? -1 : 0,
      trigger: null,
    };
    return { verdict: profile === undefined ? 'deny' : 'allow', hits: [...hits, hit] };
  }
}

/** A rule that may match decides nothing, unless both ways end the same. */
function agree(taken: Outcome, skipped: Outcome): Outcome {
  return { verdict: taken.verdict === skipped.verdict ? taken.verdict : 'unknown', hits: null };
}

function ruleHit(
  policy: Policy,
  action: PolicyHit['action'],
  ruleIndex: number,
  policyIndex: number,
): PolicyHit {
  const { kind, namespace, name, tier } = policy;
  return { kind, namespace, name, tier, action, policyIndex, ruleIndex, trigger: null };
}

function refOf({ policy }: CompiledPolicy): PolicyRef {
  const { kind, namespace, name, tier } = policy;
  return { kind, namespace, name, tier };
}
