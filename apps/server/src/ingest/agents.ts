import type { Clock, Millis } from '@vibrissa/model';
import type { AgentHealth } from '@vibrissa/protocol/messages';
import { Rate } from './rate.js';

/** An agent silent for this long is no longer listed, ms. */
const FORGOTTEN_AFTER = 10 * 60_000;

/** A clock that differs by more than this is worth looking at, ms. */
const TROUBLING_SKEW_MS = 5_000;

interface Agent {
  connections: number;
  lastSeen: Millis;
  skewMs: number;
  dropped: number;
  readonly streams: Map<string, Stream>;
  readonly rate: Rate;
}

interface Stream {
  /** The last batch taken in. */
  sequence: number;
  dropped: number;
}

/** The node agents: who is there, how far each has got, what each had to drop. */
export class Agents {
  readonly #clock: Clock;
  readonly #agents = new Map<string, Agent>();
  #dropped = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records that agents had to drop before sending them. */
  get dropped(): number {
    return this.#dropped;
  }

  connected(name: string): void {
    this.#agent(name).connections++;
  }

  disconnected(name: string): void {
    this.#agent(name).connections--;
  }

  /** The last batch of the stream that was taken in; 0 when none was. */
  sequence(name: string, stream: string): number {
    return this.#agents.get(name)?.streams.get(stream)?.sequence ?? 0;
  }

  /** Takes note of a batch; false when it was taken in before and must not count again. */
  admit(name: string, stream: string, sequence: number): boolean {
    const agent = this.#agent(name);
    const known = agent.streams.get(stream);
    if (known !== undefined && sequence <= known.sequence) return false;
    if (known !== undefined) known.sequence = sequence;
    else agent.streams.set(stream, { sequence, dropped: 0 });
    return true;
  }

  /** What a batch told about its agent: records taken in, clock (ms the agent is behind), records it had to drop. */
  heard(name: string, records: number, skewMs: number): void {
    const agent = this.#agent(name);
    agent.skewMs = skewMs;
    agent.rate.add(records);
  }

  /** `dropped` counts from the beginning of the stream. */
  reportDropped(name: string, stream: string, dropped: number): void {
    const agent = this.#agent(name);
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
    for (const [name, agent] of this.#agents) {
      if (agent.connections === 0 && now - agent.lastSeen > FORGOTTEN_AFTER) continue;
      list.push({
        name,
        connected: agent.connections > 0 || now - agent.lastSeen < 60_000,
        lastSeen: agent.lastSeen,
        recordsPerSecond: agent.rate.perSecond(),
        skewMs: agent.skewMs,
        dropped: agent.dropped,
      });
    }
    return list.sort((a, b) => trouble(b) - trouble(a) || (a.name < b.name ? -1 : 1));
  }

  #agent(name: string): Agent {
    let agent = this.#agents.get(name);
    if (agent === undefined) {
      agent = {
        connections: 0,
        lastSeen: this.#clock.now(),
        skewMs: 0,
        dropped: 0,
        streams: new Map(),
        rate: new Rate(this.#clock),
      };
      this.#agents.set(name, agent);
    }
    agent.lastSeen = this.#clock.now();
    return agent;
  }
}

function trouble({ connected, dropped, skewMs }: AgentHealth): number {
  return (connected ? 0 : 4) + (dropped > 0 ? 2 : 0) + (Math.abs(skewMs) > TROUBLING_SKEW_MS ? 1 : 0);
}
