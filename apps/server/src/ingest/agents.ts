import type { Clock, Millis } from '@vibrissa/model';
import type { AgentHealth, SenderKind } from '@vibrissa/protocol/messages';
import { Lag } from './lag.js';
import { Rate } from './rate.js';

/** An agent silent for this long is no longer listed, ms. */
const FORGOTTEN_AFTER = 10 * 60_000;

/** A clock that differs by more than this is worth looking at, ms. */
const TROUBLING_SKEW_MS = 5_000;

/** How many senders are remembered, as long as not more are connected: anyone may give any name over HTTP. */
const MOST_SENDERS = 10_000;

/** How many numberings of one sender are remembered: it has one for each spool it ever had. */
const MOST_STREAMS = 64;

interface Agent {
  readonly name: string;
  readonly kind: SenderKind;
  connections: number;
  lastSeen: Millis;
  /** Whether it has been heard since the server started. */
  isHeard: boolean;
  skewMs: number;
  dropped: number;
  readonly streams: Map<string, Stream>;
  readonly rate: Rate;
  readonly lag: Lag;
}

/** A batch of an earlier run; `dropped` counts from the beginning of the stream. */
export interface RestoredBatch {
  readonly name: string;
  readonly kind: SenderKind;
  readonly stream: string;
  readonly sequence: number;
  readonly dropped: number;
  readonly at: Millis;
}

/** How far a sender has got in one of its numberings, and when it was last seen, ms since epoch. */
export type SenderNumber = readonly [
  kind: string,
  name: string,
  stream: string,
  sequence: number,
  dropped: number,
  at: number,
];

interface Stream {
  /** The last batch taken in. */
  sequence: number;
  dropped: number;
}

/**
 * Whoever sends: who is there, how far each has got, what each had to drop. A node's agent and its Felix have
 * the same name and are two.
 */
export class Agents {
  readonly #clock: Clock;
  readonly #agents = new Map<string, Agent>();
  #dropped = 0;
  #version = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rises with every batch that is taken note of. */
  get version(): number {
    return this.#version;
  }

  /** How far every sender has got. */
  numbers(): SenderNumber[] {
    const numbers: SenderNumber[] = [];
    for (const { kind, name, streams, lastSeen } of this.#agents.values()) {
      for (const [stream, { sequence, dropped }] of streams)
        numbers.push([kind, name, stream, sequence, dropped, lastSeen]);
    }
    return numbers;
  }

  /** Records that agents had to drop before sending them. */
  get dropped(): number {
    return this.#dropped;
  }

  connected(name: string, kind: SenderKind = 'agent'): void {
    this.#agent(name, kind).connections++;
  }

  disconnected(name: string, kind: SenderKind = 'agent'): void {
    this.#agent(name, kind).connections--;
  }

  /** The last batch of the stream that was taken in; 0 when none was. */
  sequence(name: string, stream: string, kind: SenderKind = 'agent'): number {
    return this.#agents.get(`${kind}/${name}`)?.streams.get(stream)?.sequence ?? 0;
  }

  /** Takes note of a batch; false when it was taken in before and must not count again. */
  admit(name: string, stream: string, sequence: number, kind: SenderKind = 'agent'): boolean {
    const agent = this.#agent(name, kind);
    const known = agent.streams.get(stream);
    if (known !== undefined && sequence <= known.sequence) return false;
    this.#version++;
    if (known !== undefined) known.sequence = sequence;
    else {
      const [oldest] = agent.streams.keys();
      if (agent.streams.size >= MOST_STREAMS && oldest !== undefined) agent.streams.delete(oldest);
      agent.streams.set(stream, { sequence, dropped: 0 });
    }
    return true;
  }

  /**
   * Takes note of a batch that an earlier run of the server took in at `at`, likewise. What its agent had dropped by
   * then was counted by that run.
   */
  restore(batch: RestoredBatch): boolean {
    const { name, kind, stream, sequence, dropped, at } = batch;
    if (!this.admit(name, stream, sequence, kind)) return false;
    const agent = this.#agent(name, kind);
    agent.lastSeen = at;
    const known = agent.streams.get(stream);
    if (known !== undefined) known.dropped = dropped;
    return true;
  }

  /**
   * What a batch told about its sender: records taken in, by how much its clock is behind, ms, and the latest end of
   * its records by our clock.
   */
  heard(
    name: string,
    records: number,
    skewMs: number,
    kind: SenderKind = 'agent',
    newestEnd: Millis | null = null,
  ): void {
    const agent = this.#agent(name, kind);
    if (newestEnd !== null) agent.lag.note(newestEnd);
    agent.isHeard = true;
    agent.skewMs = skewMs;
    agent.rate.add(records);
  }

  /** `dropped` counts from the beginning of the stream. */
  reportDropped(name: string, stream: string, dropped: number): void {
    const agent = this.#agent(name, 'agent');
    const known = agent.streams.get(stream);
    const more = dropped - (known?.dropped ?? 0);
    if (known === undefined || more <= 0) return;
    known.dropped = dropped;
    agent.dropped += more;
    this.#dropped += more;
  }

  list(): AgentHealth[] {
    const now = this.#clock.now();
    const list: AgentHealth[] = [];
    for (const agent of this.#agents.values()) {
      if (agent.connections === 0 && now - agent.lastSeen > FORGOTTEN_AFTER) continue;
      list.push({
        name: agent.name,
        kind: agent.kind,
        connected: agent.connections > 0 || (agent.isHeard && now - agent.lastSeen < 60_000),
        lastSeen: agent.lastSeen,
        recordsPerSecond: agent.rate.perSecond(),
        lagMs: agent.lag.ms,
        skewMs: agent.skewMs,
        dropped: agent.dropped,
      });
    }
    return list.sort((a, b) => trouble(b) - trouble(a) || (a.name < b.name ? -1 : 1));
  }

  #agent(name: string, kind: SenderKind): Agent {
    const key = `${kind}/${name}`;
    let agent = this.#agents.get(key);
    if (agent === undefined) {
      if (this.#agents.size >= MOST_SENDERS) this.#forgetOne();
      agent = {
        name,
        kind,
        connections: 0,
        lastSeen: this.#clock.now(),
        isHeard: false,
        skewMs: 0,
        dropped: 0,
        streams: new Map(),
        rate: new Rate(this.#clock),
        lag: new Lag(this.#clock),
      };
      this.#agents.set(key, agent);
    }
    agent.lastSeen = this.#clock.now();
    return agent;
  }

  /** Lets go of the one that has been silent for longest. Were it to repeat itself, the repeat would count. */
  #forgetOne(): void {
    let longest: readonly [key: string, agent: Agent] | null = null;
    for (const entry of this.#agents) {
      const [, { connections, lastSeen }] = entry;
      if (connections === 0 && (longest === null || lastSeen < longest[1].lastSeen)) longest = entry;
    }
    if (longest !== null) this.#agents.delete(longest[0]);
  }
}

function trouble({ connected, dropped, skewMs }: AgentHealth): number {
  return (connected ? 0 : 4) + (dropped > 0 ? 2 : 0) + (Math.abs(skewMs) > TROUBLING_SKEW_MS ? 1 : 0);
}
