import {
  type Action,
  type Counters,
  type Flow,
  type PolicyHit,
  type PolicyRef,
  policyOf,
} from '@vibrissa/model';
import { type goldmane, ruleDirection, type Statistics } from '@vibrissa/protocol';

/** The most policies or rules one answer tells of. */
export const MOST_POLICIES = 10_000;

/** More policies than one answer may tell of. */
export class TooManyPoliciesError extends Error {
  readonly code = 'too-many-policies';

  constructor() {
    super(`more than ${MOST_POLICIES} policies or rules match: narrow policy_match`);
  }
}

/** What is counted, what goes in and what goes out. */
export type Measure = (flow: Flow, counters: Counters) => { readonly in: number; readonly out: number };

export interface StatisticsOptions {
  readonly byRule: boolean;
  readonly timeSeries: boolean;
  readonly measure: Measure;
  /** Whether what a policy does is asked for; is handed the hit as its policy's own, never as an end of tier. */
  readonly matches: (hit: PolicyHit) => boolean;
}

interface Sums {
  allowedIn: number;
  allowedOut: number;
  deniedIn: number;
  deniedOut: number;
  passedIn: number;
  passedOut: number;
}

interface Row {
  readonly policy: PolicyRef;
  readonly rule: { readonly action: Action; readonly index: number } | null;
  readonly direction: goldmane.RuleDirection;
  /** By the start of the bucket, s; all under 0 where there is no series. */
  readonly sums: Map<number, Sums>;
}

/**
 * What policies did with flows, counted as Goldmane counts, with its slips put right:
 * - an end of tier is put down to its trigger, and to itself where it has none;
 * - a flow counts once for a policy, with what the policy did in fact: a pending hit on a policy that is enforced
 *   too adds nothing. Goldmane adds it once for each rule that differs;
 * - a rule is told by its own index. Goldmane tells the index of its policy;
 * - a match on an action holds for what the hit does. Goldmane's finds nothing.
 * Hits that only log did nothing with the flow and are left out.
 */
export class PolicyStatistics {
  readonly #options: StatisticsOptions;
  readonly #rows = new Map<string, Row>();

  constructor(options: StatisticsOptions) {
    this.#options = options;
  }

  /** Adds what a flow moved in a bucket that begins at `second`. Throws TooManyPoliciesError. */
  add(flow: Flow, second: number, counters: Counters): void {
    const moved = this.#options.measure(flow, counters);
    for (const [name, hit] of this.#hits(flow))
      this.#count(this.#row(name, hit, flow), hit.action, second, moved);
  }

  /** By policy, then by direction. */
  results(): Statistics[] {
    return [...this.#rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { policy, rule, direction, sums }]) => {
        const series = [...sums].sort(([a], [b]) => a - b);
        const of = (name: keyof Sums) => series.map(([, sum]) => sum[name]);
        return {
          policy,
          rule,
          direction,
          allowedIn: of('allowedIn'),
          allowedOut: of('allowedOut'),
          deniedIn: of('deniedIn'),
          deniedOut: of('deniedOut'),
          passedIn: of('passedIn'),
          passedOut: of('passedOut'),
          x: this.#options.timeSeries ? series.map(([second]) => second) : [],
        };
      });
  }

  /** The hits that count, each under the name of its row: what is enforced goes before what is pending. */
  #hits({ key }: Flow): Map<string, PolicyHit> {
    const { byRule, matches } = this.#options;
    const { enforced, pending } = key.trace;
    const hits = new Map<string, PolicyHit>();
    for (const hit of [...enforced, ...pending]) {
      if (hit.action === 'log') continue;
      const { kind, tier, namespace, name } = policyOf(hit);
      if (!matches({ ...hit, ...policyOf(hit), action: hit.action, trigger: null })) continue;
      const policy = [tier, kind, namespace, name];
      const rule = byRule ? [hit.action, hit.ruleIndex, ruleDirection(key.reporter)] : [];
      const text = JSON.stringify([...policy, ...rule]);
      if (!hits.has(text)) hits.set(text, hit);
    }
    return hits;
  }

  #row(name: string, hit: PolicyHit, flow: Flow): Row {
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    if (this.#rows.size >= MOST_POLICIES) throw new TooManyPoliciesError();
    const { kind, tier, namespace, name: policyName } = policyOf(hit);
    const { byRule } = this.#options;
    const row: Row = {
      policy: { kind, tier, namespace, name: policyName },
      rule: byRule ? { action: hit.action, index: hit.ruleIndex } : null,
      direction: ruleDirection(byRule ? flow.key.reporter : null),
      sums: new Map(),
    };
    this.#rows.set(name, row);
    return row;
  }

  #count(
    row: Row,
    action: Action,
    second: number,
    moved: { readonly in: number; readonly out: number },
  ): void {
    const at = this.#options.timeSeries ? second : 0;
    let sums = row.sums.get(at);
    if (sums === undefined) {
      sums = { allowedIn: 0, allowedOut: 0, deniedIn: 0, deniedOut: 0, passedIn: 0, passedOut: 0 };
      row.sums.set(at, sums);
    }
    if (action === 'allow') {
      sums.allowedIn += moved.in;
      sums.allowedOut += moved.out;
    } else if (action === 'deny') {
      sums.deniedIn += moved.in;
      sums.deniedOut += moved.out;
    } else {
      sums.passedIn += moved.in;
      sums.passedOut += moved.out;
    }
  }
}
