import { type Endpoint, type Flow, type FlowGroup, type Labels, millis } from '@vibrissa/model';
import type { ApiFlow, ApiGroup } from '@vibrissa/protocol/messages';

/**
 * Reads lines of the API as policies are evaluated on them. Ends and labels that are alike become one object, as in
 * the server's memory: what is worked out of an end is then worked out once, not for each line that JSON gave its own.
 */
export class LineReader {
  readonly #ends = new Map<string, Endpoint>();
  readonly #labels = new Map<string, Labels>();

  /** A line without its reports has none to tell. */
  read(group: ApiGroup): FlowGroup {
    const { id, port, protocol, service, verdict, pendingVerdict } = group;
    const source = this.#end(group.source);
    const dest = this.#end(group.dest);
    return {
      id,
      key: { source, dest, port, protocol },
      service,
      flows: (group.flows ?? []).map((flow) => this.#flow(flow, source, dest)),
      verdict,
      pending: pendingVerdict,
      decidedBy: group.decidedBy,
      pendingDecidedBy: group.pendingDecidedBy,
      // All that a line moved, among more that nobody asks it for.
      traffic: group,
      firstSeen: millis(group.firstSeen),
      lastSeen: millis(group.lastSeen),
    };
  }

  #flow(flow: ApiFlow, source: Endpoint, dest: Endpoint): Flow {
    const { port, protocol, service, reporter, verdict, enforced, pending } = flow;
    return {
      id: flow.id,
      key: { source, dest, port, protocol, service, reporter, verdict, trace: { enforced, pending } },
      counters: flow,
      sourceLabels: this.#labelsOf(flow.sourceLabels),
      destLabels: this.#labelsOf(flow.destLabels),
      evidence: flow.evidence,
      firstSeen: millis(flow.firstSeen),
      lastSeen: millis(flow.lastSeen),
    };
  }

  #end(end: Endpoint): Endpoint {
    const text = JSON.stringify([end.kind, end.namespace, end.name, end.address]);
    const known = this.#ends.get(text);
    if (known !== undefined) return known;
    this.#ends.set(text, end);
    return end;
  }

  #labelsOf(labels: Labels): Labels {
    if (labels === null) return null;
    const text = JSON.stringify(labels);
    const known = this.#labels.get(text);
    if (known !== undefined) return known;
    this.#labels.set(text, labels);
    return labels;
  }
}
