import { writeRecord } from '@vibrissa/protocol';
import type { AgentConnection } from './agent-connection.js';
import type { Cluster } from './cluster.js';

const TICK_MS = 50;
/** An agent with more batches underway than this is held back, and the feed falls behind. */
const MOST_UNDERWAY = 50;

export interface FeedOptions {
  readonly cluster: Cluster;
  /** How many different flows take turns. */
  readonly flows: number;
  readonly perSecond: number;
  readonly agents: readonly AgentConnection[];
}

/** A steady stream of records made as they are sent: the end of each interval is the moment of sending. */
export class FlowFeed {
  readonly #options: FeedOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #begun = performance.now();
  #sent = 0;
  #turn = 0;
  #heldBack = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Records that were due and not sent, because the server did not keep up. */
  get heldBack(): number {
    return this.#heldBack;
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const agent of this.#options.agents) agent.close();
  }

  /** Agents take turns, so that each sends a few larger batches a second, as real ones do. */
  #tick(): void {
    const { cluster, flows, perSecond, agents } = this.#options;
    const due = Math.floor(((performance.now() - this.#begun) / 1000) * perSecond);
    const share = Math.max(1, Math.ceil(agents.length / 4));
    const each = Math.ceil((due - this.#sent) / share);
    for (let batch = 0; batch < share && this.#sent < due; batch++) {
      const agent = agents[this.#turn++ % agents.length];
      const size = Math.min(each, due - this.#sent);
      if (agent === undefined || agent.underway > MOST_UNDERWAY) this.#heldBack += size;
      else agent.send(lines(cluster, this.#sent, size, flows));
      this.#sent += size;
    }
  }
}

function lines(cluster: Cluster, first: number, size: number, flows: number): string {
  const now = Date.now();
  let text = '';
  for (let at = first; at < first + size; at++) text += `${writeRecord(cluster.record(at % flows, now))}\n`;
  return text;
}
