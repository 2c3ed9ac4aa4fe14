import type { SourceSpec } from '../source-config.js';
import { GoldmaneFollower } from './goldmane-source.js';
import { HubbleFollower } from './hubble-source.js';
import type { Replay } from './journal.js';
import type { Follower, UpstreamParts } from './upstream.js';

/**
 * Who follows which source. Kept by kind and name: a source that moves goes on where it was, and counts nothing
 * twice.
 */
export class Followers {
  readonly #parts: UpstreamParts;
  readonly #hubbles = new Map<string, HubbleFollower>();
  readonly #goldmanes = new Map<string, GoldmaneFollower>();

  constructor(parts: UpstreamParts) {
    this.#parts = parts;
  }

  of({ kind, name }: Pick<SourceSpec, 'kind' | 'name'>): Follower {
    return kind === 'hubble' ? this.#hubble(name) : this.#goldmane(name);
  }

  /** Hands what a Hubble told an earlier run to who follows it now. */
  readonly replayHubble: Replay = (entry) => this.#hubble(String(entry.meta.source)).replay(entry);

  /** The same of a Goldmane, which would tell the last hour again. */
  readonly replayGoldmane: Replay = (entry) => this.#goldmane(String(entry.meta.source)).replay(entry);

  #goldmane(name: string): GoldmaneFollower {
    let follower = this.#goldmanes.get(name);
    if (follower === undefined) {
      follower = new GoldmaneFollower(name, this.#parts);
      this.#goldmanes.set(name, follower);
    }
    return follower;
  }

  #hubble(name: string): HubbleFollower {
    let follower = this.#hubbles.get(name);
    if (follower === undefined) {
      follower = new HubbleFollower(name, this.#parts);
      this.#hubbles.set(name, follower);
    }
    return follower;
  }
}
