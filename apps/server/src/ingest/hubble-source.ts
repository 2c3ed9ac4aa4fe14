import { type Millis, millis } from '@vibrissa/model';
import {
  GET_FLOWS,
  HubbleConverter,
  type HubbleEvent,
  HubbleEventReader,
  OBSERVER_STATUS,
  WireError,
  writeGetFlows,
} from '@vibrissa/protocol';
import { type GrpcClient, GrpcError, GrpcStatus } from '@vibrissa/protocol/grpc';
import type { LineError } from '@vibrissa/protocol/messages';
import type { Take } from './accept-flows.js';
import { HubbleNodes } from './hubble-nodes.js';
import type { ReadLines } from './read-lines.js';
import { SeenEvents } from './seen-events.js';
import type { SourceMeter } from './sources.js';
import type { Follower, Link, UpstreamParts } from './upstream.js';

/** Relay sorts the events of its nodes only roughly, and their clocks differ: what is asked for again, ms. */
const OVERLAP_MS = 30_000;

/** An event further ahead of our clock does not move the moment to go on from, ms. */
const TRUSTED_AHEAD_MS = 5_000;

/** How long an observer may take to say how it is, ms. */
const STATUS_MS = 10_000;

const NOTHING = new Uint8Array();

/** Follows Hubble: an agent's socket or a relay that speaks for all nodes. */
export class HubbleFollower implements Follower {
  readonly #parts: UpstreamParts;
  readonly #reader = new HubbleEventReader();
  readonly #converter = new HubbleConverter();
  readonly #seen = new SeenEvents();
  readonly #nodes = new HubbleNodes();
  #lastSeen: number | null = null;

  constructor(parts: UpstreamParts) {
    this.#parts = parts;
  }

  async follow({ client, signal, meter, live }: Link): Promise<void> {
    await checkStatus(client, signal);
    this.#nodes.begin(meter);
    live();
    const request = writeGetFlows(this.#since());
    for await (const batch of client.serverStream(GET_FLOWS, request, signal)) this.#take(batch, meter);
  }

  #since(): number {
    const held = this.#parts.heldSince();
    return this.#lastSeen === null ? held : Math.max(held, this.#lastSeen - OVERLAP_MS);
  }

  #take(batch: readonly Uint8Array[], meter: SourceMeter): void {
    let newest = 0;
    const { accepted, aside } = this.#parts.accept.batch(0, (take) =>
      this.#read(batch, take, meter, (time) => {
        if (time > newest) newest = time;
      }),
    );
    if (accepted > aside) meter.received(accepted - aside, millis(newest));
    this.#remember(newest);
  }

  #remember(newest: number): void {
    const most = this.#parts.clock.now() + TRUSTED_AHEAD_MS;
    if (newest > 0) this.#lastSeen = Math.max(this.#lastSeen ?? 0, Math.min(newest, most));
  }

  #read(
    batch: readonly Uint8Array[],
    take: Take,
    meter: SourceMeter,
    saw: (time: Millis) => void,
  ): ReadLines {
    const errors: LineError[] = [];
    let aside = 0;
    for (let at = 0; at < batch.length; at++) {
      const message = batch[at] as Uint8Array;
      const event = this.#event(message);
      if ('remedy' in event) {
        errors.push({ line: at + 1, ...event });
        continue;
      }
      if (event.kind !== 'flow') {
        aside++;
        if (event.kind === 'lost') meter.lost(event.count, event.source);
        else if (event.kind === 'nodes') this.#nodes.hear(event.state, event.names, event.message);
        continue;
      }
      const record = this.#seen.isNew(event.flow.uuid, message)
        ? this.#converter.convert(event.flow)
        : 'again';
      if (record === 'no time')
        errors.push({ line: at + 1, field: 'flow.time', reason: 'is missing', remedy: UPGRADE });
      else if (typeof record === 'string') aside++;
      else {
        saw(record.end);
        const error = take(record, at + 1);
        if (error !== null) errors.push(error);
      }
    }
    return { accepted: batch.length - errors.length, errors, aside, lost: 0 };
  }

  /** A message that cannot be read says why; the stream goes on, for the next may well be readable. */
  #event(message: Uint8Array): HubbleEvent | Omit<LineError, 'line'> {
    try {
      return this.#reader.read(message);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return { field: '(message)', reason: error.message, remedy: UPGRADE };
    }
  }
}

const UPGRADE = 'Check that the other side is Hubble, of Cilium 1.10 or later.';

/** Throws GrpcError when the observer cannot be asked. Only its answering counts. */
async function checkStatus(client: GrpcClient, signal: AbortSignal): Promise<void> {
  try {
    await client.unary(OBSERVER_STATUS, NOTHING, signal, { timeoutMs: STATUS_MS });
  } catch (error) {
    // What only passes flows on need not know how it is.
    if (!(error instanceof GrpcError && error.status === GrpcStatus.unimplemented)) throw error;
  }
}
