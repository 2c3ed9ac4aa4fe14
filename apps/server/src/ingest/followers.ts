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
    if (kind === 'hubble') return this.#hubble(name);
    let follower = this.#goldmanes.get(name);
    if (follower === undefined) {
      follower = new GoldmaneFollower(this.#parts);
      this.#goldmanes.set(name, follower);
    }
    return follower;
  }

  /**
   * Hands what a Hubble told an earlier run to who follows it now. A Goldmane needs none of this: it holds an hour
   * itself, and tells it again.
   */
  readonly replay: Replay = (entry) => this.#hubble(String(entry.meta.source)).replay(entry);

  #hubble(name: string): HubbleFollower {
    let follower = this.#hubbles.get(name);
    if (follower === undefined) {
      follower = new HubbleFollower(name, this.#parts);
      this.#hubbles.set(name, follower);
    }
    return follower;
  }
}
