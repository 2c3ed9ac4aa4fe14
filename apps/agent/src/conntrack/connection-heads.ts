import { type FlowKey, type Millis, NO_TRACE, type Reporter } from '@vibrissa/model';
import type { ConntrackEntry } from '@vibrissa/protocol/node';
import { type FlowHead, flowHead } from '../aggregate/flow-aggregator.js';
import type { Identity } from '../pods/identity.js';
import type { WhoHas } from '../pods/who-has.js';

/** What a connection is a part of. */
export interface ConnectionHead {
  readonly head: FlowHead;
  readonly sourceIp: string;
  readonly destIp: string;
  /** The address called, where it was translated and stands for no service we know; else empty. */
  readonly calledIp: string;
}

/** With what it was made of, to tell when it no longer holds. */
interface KnownHead extends ConnectionHead {
  readonly source: Identity;
  readonly dest: Identity;
  readonly services: number;
}

const MOST_HEADS = 20_000;

/** Finds the flow a connection belongs to; those that differ in the source's port alone share one object. */
export class ConnectionHeads {
  readonly #who: WhoHas;
  #known = new Map<string, KnownHead>();

  constructor(who: WhoHas) {
    this.#who = who;
  }

  /**
   * The flow of a connection that began at a moment. The answer's source is the workload that was reached, and
   * its port the one it listens on, whatever address was called. Who it was is asked each time: addresses
   * change hands.
   */
  of({ protocol, original, reply }: ConntrackEntry, began: Millis): ConnectionHead {
    const text = `${protocol} ${original.source} ${original.dest} ${original.destPort} ${reply.source} ${reply.sourcePort}`;
    const known = this.#known.get(text);
    const source = this.#who.source(original.source, began);
    const dest = this.#who.dest(reply.source, began);
    const services = this.#who.servicesVersion;
    if (known?.source === source && known.dest === dest && known.services === services) return known;
    const service = this.#who.service(original.dest, protocol, original.destPort);
    const key: FlowKey = {
      source: source.endpoint,
      dest: dest.endpoint,
      port: reply.sourcePort,
      protocol,
      service,
      reporter: reporterOf(source, dest),
      verdict: 'unknown',
      trace: NO_TRACE,
    };
    const found = {
      head: flowHead(key, source.labels, dest.labels),
      sourceIp: original.source,
      destIp: reply.source,
      calledIp: service === null && original.dest !== reply.source ? original.dest : '',
      source,
      dest,
      services,
    };
    if (this.#known.size >= MOST_HEADS) this.#known = new Map();
    this.#known.set(text, found);
    return found;
  }
}

/** A connection is tracked once by its node: as seen by its source if that is here, else by its destination. */
export function reporterOf(
  source: { readonly isLocal: boolean },
  dest: { readonly isLocal: boolean },
): Reporter {
  if (source.isLocal) return 'src';
  return dest.isLocal ? 'dst' : 'fwd';
}
