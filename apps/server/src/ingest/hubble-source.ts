import { type Millis, millis } from '@vibrissa/model';
import {
  GET_FLOWS,
  HubbleStream,
  isHubbleRecord,
  isProblem,
  OBSERVER_STATUS,
  writeGetFlows,
} from '@vibrissa/protocol';
import { type GrpcClient, GrpcError, GrpcStatus } from '@vibrissa/protocol/grpc';
import type { LineError } from '@vibrissa/protocol/messages';
import { packMessages, unpackMessages } from '../packed-messages.js';
import type { Take } from './accept-flows.js';
import { HubbleNodes } from './hubble-nodes.js';
import type { ReplayedEntry } from './journal.js';
import type { ReadLines } from './read-lines.js';
import type { SourceMeter } from './sources.js';
import type { Follower, Link, UpstreamParts } from './upstream.js';

/** How long an observer may take to say how it is, ms. */
const STATUS_MS = 10_000;

const NOTHING = new Uint8Array();

/** Follows Hubble: an agent's socket or a relay that speaks for all nodes. */
export class HubbleFollower implements Follower {
  readonly #name: string;
  readonly #parts: UpstreamParts;
  readonly #stream = new HubbleStream();
  readonly #nodes = new HubbleNodes();

  constructor(name: string, parts: UpstreamParts) {
    this.#name = name;
    this.#parts = parts;
  }

  async follow({ client, signal, meter, live }: Link): Promise<void> {
    await checkStatus(client, signal);
    this.#nodes.begin(meter);
    live();
    const request = writeGetFlows(this.#stream.since(this.#parts.heldSince()));
    for await (const batch of client.serverStream(GET_FLOWS, request, signal)) this.#take(batch, meter);
  }

  /** Hears again what an earlier run of the server was told: an observer keeps too little to tell it anew. */
  replay({ payload, at }: ReplayedEntry): void {
    const batch = [...unpackMessages(payload)];
    this.#parts.accept.batch(0, (take) => this.#read(batch, null, at, take));
  }

  #take(batch: readonly Uint8Array[], meter: SourceMeter): void {
    let newest = 0;
    const { accept, clock, journal } = this.#parts;
    const { accepted, aside } = accept.batch(0, (take) =>
      this.#read(batch, meter, clock.now(), (record, line) => {
        if (record.end > newest) newest = record.end;
        return take(record, line);
      }),
    );
    journal.append({ kind: 'hubble', meta: { source: this.#name }, payload: packMessages(batch) });
    if (accepted > aside) meter.received(accepted - aside, millis(newest));
    this.#nodes.tick(this.#parts.clock.now());
  }

  /** Without a meter it is the past: what was lost, and who was there, was told of then. */
  #read(batch: readonly Uint8Array[], meter: SourceMeter | null, now: Millis, take: Take): ReadLines {
    const errors: LineError[] = [];
    let aside = 0;
    for (let at = 0; at < batch.length; at++) {
      const news = this.#stream.read(batch[at] as Uint8Array, now);
      if (news !== null && isHubbleRecord(news)) {
        const error = take(news, at + 1);
        if (error !== null) errors.push(error);
      } else if (news !== null && isProblem(news)) {
        // The stream goes on: the next message may well be readable.
        errors.push({ line: at + 1, field: news.field, reason: news.reason, remedy: news.remedy });
      } else {
        aside++;
        if (meter === null) continue;
        if (news?.kind === 'lost') meter.lost(news.count, news.source);
        else if (news?.kind === 'nodes') this.#nodes.hear(news.state, news.names, news.message, now);
      }
    }
    return { accepted: batch.length - errors.length, errors, aside, lost: 0 };
  }
}

/** Throws GrpcError when the observer cannot be asked. Only its answering counts. */
async function checkStatus(client: GrpcClient, signal: AbortSignal): Promise<void> {
  try {
    await client.unary(OBSERVER_STATUS, NOTHING, signal, { timeoutMs: STATUS_MS });
  } catch (error) {
    // What only passes flows on need not know how it is.
    if (!(error instanceof GrpcError && error.status === GrpcStatus.unimplemented)) throw error;
  }
}
