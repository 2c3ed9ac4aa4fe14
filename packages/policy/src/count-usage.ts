import {
  type Flow,
  type FlowGroup,
  isStaged,
  type LineReducer,
  millis,
  type PolicyHit,
  type PolicyRef,
  policyOf,
  type Reporter,
} from '@vibrissa/model';
import type { HitCounts, PolicyUsage, RuleUsage } from './policy-usage.js';

/**
 * What every policy and rule did to the lines of a window, told by traces alone: of staged policies the pending
 * ones, of all others those in force. A denial at the end of a tier counts for the policy it is put down to, as rule
 * −1. Both ends of a line tell, so a policy of either is counted; what it decided at both it decided once.
 */
export function countUsage(): LineReducer<readonly PolicyUsage[]> {
  return new UsageCounter();
}

/** More names than any cluster has policies are somebody's made-up ones. */
const MOST_POLICIES = 20_000;
const MOST_RULES = 2_000;

class UsageCounter implements LineReducer<readonly PolicyUsage[]> {
  private readonly known = new Map<string, OpenPolicy>();
  /** Traces are shared by many lines, and so are their hits. */
  private readonly byHit = new WeakMap<PolicyHit, OpenPolicy>();

  add(lines: readonly FlowGroup[], sparks: readonly (readonly number[])[] = []): void {
    for (const [at, line] of lines.entries()) this.line(line, sparks[at] ?? []);
  }

  private line(line: FlowGroup, spark: readonly number[]): void {
    const found = new Map<OpenPolicy, PolicyLine>();
    for (const flow of line.flows) {
      const { enforced, pending } = flow.key.trace;
      for (const hit of enforced) this.hit(found, hit, flow);
      for (const hit of pending) if (isStaged(policyOf(hit).kind)) this.hit(found, hit, flow);
    }
    const { bytesSent, bytesReceived } = line.traffic;
    const bytes = (bytesSent ?? 0) + (bytesReceived ?? 0);
    for (const [policy, { sides, rules, denied }] of found) {
      policy.total.add(sides, bytes, line.lastSeen);
      for (const [rule, of] of rules) rule.add(of, bytes, line.lastSeen);
      addSpark(policy.spark, spark);
      if (denied) addSpark(policy.deniedSpark, spark);
    }
  }

  private hit(found: Map<OpenPolicy, PolicyLine>, hit: PolicyHit, { key, counters }: Flow): void {
    if (hit.kind === 'Profile' || hit.action === 'log') return;
    const policy = this.policy(hit);
    if (policy === null) return;
    let line = found.get(policy);
    if (line === undefined) {
      line = { sides: new Sides(), rules: new Map(), denied: false };
      found.set(policy, line);
    }
    const started = counters.connectionsStarted ?? 0;
    line.sides.add(key.reporter, hit.action, started);
    if (hit.action === 'deny') line.denied = true;
    const rule = policy.rule(key.reporter === 'src' ? 'egress' : 'ingress', hit.ruleIndex);
    if (rule === null) return;
    const sides = line.rules.get(rule) ?? new Sides();
    line.rules.set(rule, sides);
    sides.add(key.reporter, hit.action, started);
  }

  private policy(hit: PolicyHit): OpenPolicy | null {
    const seen = this.byHit.get(hit);
    if (seen !== undefined) return seen;
    const { kind, namespace, name, tier } = policyOf(hit);
    // The end of a tier that is put down to nothing is no policy's.
    if (kind === 'EndOfTier' || kind === 'Profile') return null;
    const id = JSON.stringify([kind, namespace, name, tier]);
    let policy = this.known.get(id);
    if (policy === undefined) {
      if (this.known.size >= MOST_POLICIES) return null;
      policy = new OpenPolicy({ kind, namespace, name, tier });
      this.known.set(id, policy);
    }
    this.byHit.set(hit, policy);
    return policy;
  }

  result(): readonly PolicyUsage[] {
    return [...this.known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, policy]) => policy.usage());
  }
}

/** What a line says of one policy. */
interface PolicyLine {
  readonly sides: Sides;
  readonly rules: Map<OpenRule, Sides>;
  denied: boolean;
}

type Deed = 'allow' | 'deny' | 'pass';

/** Connections by reporter: both ends count the same ones, so of the two the larger number is taken. */
class Sides {
  private readonly counts = new Map<Reporter, Record<Deed, number>>();

  add(reporter: Reporter, action: PolicyHit['action'], started: number): void {
    if (action === 'log') return;
    const side = this.counts.get(reporter) ?? { allow: 0, deny: 0, pass: 0 };
    this.counts.set(reporter, side);
    side[action] += started;
  }

  most(deed: Deed): number {
    let most = 0;
    for (const side of this.counts.values()) most = Math.max(most, side[deed]);
    return most;
  }
}

class OpenCounts {
  private allowed = 0;
  private denied = 0;
  private passed = 0;
  private lines = 0;
  private bytes = 0;
  private lastHit = 0;

  add(sides: Sides, bytes: number, lastSeen: number): void {
    this.allowed += sides.most('allow');
    this.denied += sides.most('deny');
    this.passed += sides.most('pass');
    this.lines += 1;
    this.bytes += bytes;
    this.lastHit = Math.max(this.lastHit, lastSeen);
  }

  counts(): HitCounts {
    const { allowed, denied, passed, lines, bytes, lastHit } = this;
    return { allowed, denied, passed, lines, bytes, lastHit: lines === 0 ? null : millis(lastHit) };
  }
}

class OpenRule extends OpenCounts {
  constructor(
    readonly direction: 'ingress' | 'egress',
    readonly ruleIndex: number,
  ) {
    super();
  }

  usage(): RuleUsage {
    return { direction: this.direction, ruleIndex: this.ruleIndex, ...this.counts() };
  }
}

class OpenPolicy {
  readonly total = new OpenCounts();
  readonly spark: number[] = [];
  readonly deniedSpark: number[] = [];
  private readonly rules = new Map<string, OpenRule>();

  constructor(private readonly policy: PolicyRef) {}

  rule(direction: 'ingress' | 'egress', ruleIndex: number): OpenRule | null {
    const id = `${direction} ${ruleIndex}`;
    const found = this.rules.get(id);
    if (found !== undefined) return found;
    if (this.rules.size >= MOST_RULES) return null;
    const made = new OpenRule(direction, ruleIndex);
    this.rules.set(id, made);
    return made;
  }

  usage(): PolicyUsage {
    const rules = [...this.rules.values()]
      .sort((a, b) =>
        a.direction === b.direction ? a.ruleIndex - b.ruleIndex : a.direction < b.direction ? 1 : -1,
      )
      .map((rule) => rule.usage());
    const { policy, spark, deniedSpark } = this;
    return { policy, ...this.total.counts(), rules, spark, deniedSpark };
  }
}

function addSpark(sum: number[], spark: readonly number[]): void {
  for (const [at, packets] of spark.entries()) sum[at] = (sum[at] ?? 0) + packets;
}
