import type { FlowRecord } from '@vibrissa/model';
import { WireError } from '../goldmane/wire-reader.js';
import type { RecordProblem } from '../record-problem.js';
import type { HubbleEvent } from './hubble-event.js';
import { HubbleConverter } from './hubble-flow.js';
import { HubbleEventReader } from './read-event.js';
import { SeenEvents } from './seen-events.js';

/** What a message of an observer comes to. */
export type HubbleNews =
  | FlowRecord
  | RecordProblem
  | Exclude<HubbleEvent, { readonly kind: 'flow' }>
  /** Nothing new: told before, or told of by another event. */
  | null;

const REMEDY = 'Check that the other side is Hubble: a relay or an agent of Cilium.';

/** Relay sorts the events of its nodes only roughly, and their clocks differ: what is asked for again, ms. */
const OVERLAP_MS = 30_000;

/** An event further ahead of our clock does not move the moment to go on from, ms. */
const TRUSTED_AHEAD_MS = 5_000;

/** Tells news from a record. */
export function isHubbleRecord(news: Exclude<HubbleNews, null>): news is FlowRecord {
  return 'key' in news;
}

/** What is known of one observer from one connection to the next, so that nothing counts twice. */
export class HubbleStream {
  readonly #reader = new HubbleEventReader();
  readonly #converter = new HubbleConverter();
  readonly #seen = new SeenEvents();
  #lastSeen: number | null = null;

  /** From when on to ask, ms since the epoch: a little before the last event, and never before `oldest`. */
  since(oldest: number): number {
    return this.#lastSeen === null ? oldest : Math.max(oldest, this.#lastSeen - OVERLAP_MS);
  }

  /** Reads one `GetFlowsResponse`. `now` is our clock's. Never throws. */
  read(message: Uint8Array, now: number): HubbleNews {
    let event: HubbleEvent;
    try {
      event = this.#reader.read(message);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return { field: '(message)', reason: error.message, remedy: REMEDY };
    }
    if (event.kind !== 'flow') return event;
    const { flow } = event;
    if (!this.#seen.isNew(flow.uuid, message)) return null;
    const record = this.#converter.convert(flow);
    if (record === 'no time') return { field: 'flow.time', reason: 'is missing', remedy: REMEDY };
    const at = Math.min(flow.time, now + TRUSTED_AHEAD_MS);
    if (this.#lastSeen === null || at > this.#lastSeen) this.#lastSeen = at;
    return typeof record === 'string' ? null : record;
  }
}
