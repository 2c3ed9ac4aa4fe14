import { type FlowGroup, isStaged, policyOf, type Verdict } from '@vibrissa/model';
import type { Connection } from './connection.js';
import { decideConnection } from './evaluate.js';
import type { Policy } from './policy.js';
import { isSamePolicy, type PolicyEdit, type PolicyName } from './policy-edit.js';
import type { PolicySet } from './policy-set.js';
import type { ObservedPair, TraceComparison } from './verdict-change.js';
import { policyWords } from './words.js';

type Example = TraceComparison['examples'][number];

export interface ComparisonOptions {
  readonly edits: readonly PolicyEdit[];
  readonly policies: readonly Policy[];
  /** The policies without the change, whose staged ones Calico counts in its own way. */
  readonly before: PolicySet;
}

/**
 * Compares what a change that puts staged policies into force does by the known policies with what pending traces
 * say. A trace counts every staged policy at once: lines that another one decided too say nothing of these.
 */
export class PendingComparison {
  private readonly enforced: readonly PolicyName[];
  private readonly others: readonly Policy[];
  private denied = 0;
  private agreeing = 0;
  private differing = 0;
  private readonly examples: { readonly example: Example; readonly rank: number; readonly id: string }[] = [];

  constructor(private readonly options: ComparisonOptions) {
    // Of one that the change itself brings the data plane has never heard.
    this.enforced = options.edits
      .filter((edit) => edit.op === 'enforce')
      .map(({ policy }) => policy)
      .filter((name) => options.policies.some((policy) => isSamePolicy(policy, name)));
    this.others = options.policies.filter(
      (policy) => isStaged(policy.kind) && !this.enforced.some((one) => isSamePolicy(one, policy)),
    );
  }

  add(line: FlowGroup, after: Verdict, connection: () => Connection): void {
    const byTraces = line.pending;
    if (byTraces === 'unknown' || this.isOfAnother(line)) return;
    if (byTraces === 'deny' && line.verdict === 'allow') this.denied += 1;
    if (byTraces === after) {
      this.agreeing += 1;
      return;
    }
    this.differing += 1;
    this.offer(line, after, connection);
  }

  private isOfAnother({ flows }: FlowGroup): boolean {
    return flows.some(({ key }) =>
      key.trace.pending.some((hit) => {
        const policy = policyOf(hit);
        return (
          isStaged(policy.kind) &&
          !this.enforced.some(
            ({ kind, namespace, name }) =>
              kind === policy.kind && namespace === policy.namespace && name === policy.name,
          )
        );
      }),
    );
  }

  private offer({ key, pending, verdict }: FlowGroup, after: Verdict, connection: () => Connection): void {
    const rank = after === 'unknown' ? 1 : 0;
    const id = JSON.stringify([key.source, key.dest, key.port, key.protocol]);
    const isBefore = (a: { rank: number; id: string }) => a.rank < rank || (a.rank === rank && a.id < id);
    const place = this.examples.findIndex((one) => !isBefore(one));
    if (place < 0 && this.examples.length >= MOST_EXAMPLES) return;
    const pair: ObservedPair = { source: key.source, dest: key.dest, port: key.port, protocol: key.protocol };
    const reason = this.reason(pending, verdict, after, connection());
    const example = { ...pair, byTraces: pending, byPolicies: after, reason };
    this.examples.splice(place < 0 ? this.examples.length : place, 0, { example, rank, id });
    if (this.examples.length > MOST_EXAMPLES) this.examples.pop();
  }

  private reason(byTraces: Verdict, observed: Verdict, after: Verdict, connection: Connection): string {
    if (after === 'unknown') return 'The known facts leave open what the policies do with it.';
    const counted = decideConnection(this.options.before, connection).pending;
    if (counted === byTraces) {
      const [other] = this.others;
      return other === undefined
        ? 'Calico counts a staged policy beside the policy that it replaces or removes; once enforced there is only what it leaves.'
        : `Calico counts all staged policies at once, among them ${policyWords(other)}, which this change leaves staged.`;
    }
    if (this.hasNamedPorts())
      return 'Calico does not match ports by name when it counts staged policies, and this one names ports.';
    return observed === byTraces
      ? 'The report may be older than the staged policy, or of a connection that was open before.'
      : 'The policies may have changed since it was seen, or a fact of its ends is another than is known.';
  }

  private hasNamedPorts(): boolean {
    const enforced = this.options.policies.filter((policy) =>
      this.enforced.some((one) => isSamePolicy(one, policy)),
    );
    return enforced.some((policy) =>
      [...policy.ingress, ...policy.egress].some(({ source, dest }) =>
        [...source.ports, ...dest.ports].some((port) => 'name' in port),
      ),
    );
  }

  /** Null where the change enforces nothing. */
  result(): TraceComparison | null {
    if (this.enforced.length === 0) return null;
    const { denied, agreeing, differing } = this;
    return { denied, agreeing, differing, examples: this.examples.map(({ example }) => example) };
  }

  get isAsked(): boolean {
    return this.enforced.length > 0;
  }
}

const MOST_EXAMPLES = 20;
