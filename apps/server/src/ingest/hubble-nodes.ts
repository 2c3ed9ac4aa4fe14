import type { Millis } from '@vibrissa/model';
import { NODE_STATE } from '@vibrissa/protocol';
import type { SourceMeter } from './sources.js';

/** Nodes remembered; a cluster has fewer. */
const MOST_NODES = 20_000;
const NAMED = 3;

/** A node that left the cluster is spoken of for this long, ms. */
const GONE_FOR_MS = 10 * 60_000;

/** What a relay says of its nodes, kept node by node. */
export class HubbleNodes {
  readonly #states = new Map<string, number>();
  readonly #goneAt = new Map<string, Millis>();
  #meter: SourceMeter | null = null;
  #why = '';

  /** A relay tells all it knows again at each new call. */
  begin(meter: SourceMeter): void {
    this.#meter = meter;
    this.#states.clear();
    this.#goneAt.clear();
    this.#why = '';
  }

  /** `state` is one of relay.NodeState; of an agent nothing is heard. */
  hear(state: number, names: readonly string[], message: string, now: Millis): void {
    if (state < NODE_STATE.NODE_CONNECTED || state > NODE_STATE.NODE_ERROR) return;
    for (const name of names) {
      if (!this.#states.has(name) && this.#states.size >= MOST_NODES) continue;
      this.#states.set(name, state);
      if (state === NODE_STATE.NODE_GONE) this.#goneAt.set(name, now);
      else this.#goneAt.delete(name);
    }
    if (state !== NODE_STATE.NODE_CONNECTED && message !== '') this.#why = message;
    this.#tell();
  }

  /** Forgets nodes that left the cluster a while ago. */
  tick(now: Millis): void {
    if (this.#goneAt.size === 0) return;
    let isChanged = false;
    for (const [name, at] of this.#goneAt) {
      if (now - at <= GONE_FOR_MS) continue;
      this.#goneAt.delete(name);
      this.#states.delete(name);
      isChanged = true;
    }
    if (isChanged) this.#tell();
  }

  #tell(): void {
    const away: string[] = [];
    const counts = { connected: 0, unavailable: 0, gone: 0 };
    for (const [name, state] of this.#states) {
      if (state === NODE_STATE.NODE_CONNECTED) counts.connected++;
      else {
        away.push(name);
        if (state === NODE_STATE.NODE_GONE) counts.gone++;
        else counts.unavailable++;
      }
    }
    this.#meter?.nodes(counts);
    if (away.length === 0) {
      this.#meter?.state('live');
      return;
    }
    const more = away.length > NAMED ? ` and ${away.length - NAMED} more` : '';
    const why = this.#why === '' ? '' : `: ${this.#why}`;
    this.#meter?.state('live', `nothing comes from ${away.slice(0, NAMED).join(', ')}${more}${why}`);
  }
}
