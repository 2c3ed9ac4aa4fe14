import type { Clock, Millis } from '@vibrissa/model';
import { GoldmaneReader, type GoldmaneRecord, isProblem } from '@vibrissa/protocol';
import { type DuplexCall, frame, type MessageSink, type Method } from '@vibrissa/protocol/grpc';
import type { LineError, SenderKind } from '@vibrissa/protocol/messages';
import type { AcceptFlows } from '../ingest/accept-flows.js';
import type { Journal, Replay } from '../ingest/journal.js';
import type { Logger } from '../logger.js';
import { packMessages, unpackMessages } from '../packed-messages.js';
import { NodeIdentities } from './node-identity.js';
import { RefusalLog } from './refusal-log.js';
import { type NodePrint, nodePrint, RESENT_WITHIN_MS, ResendFilter } from './resend-filter.js';

/** A receipt has no fields. */
const RECEIPT = frame(new Uint8Array());

const FELIX: SenderKind = 'felix';

/** Who sends, as the page lists them. */
export interface Senders {
  connected(name: string, kind: SenderKind): void;
  disconnected(name: string, kind: SenderKind): void;
  heard(name: string, records: number, skewMs: number, kind: SenderKind, newestEnd: Millis | null): void;
}

export interface FlowCollectorParts {
  readonly accept: AcceptFlows;
  readonly senders: Senders;
  readonly clock: Clock;
  readonly log: Logger;
  /** Null keeps nothing for the time after a restart. */
  readonly journal: Journal | null;
  /** Any number that nobody can guess. */
  readonly seed: number;
}

/** Counts since the start, of all nodes. */
export interface CollectorStats {
  /** Updates that had come before, from the same node. */
  readonly duplicates: number;
  /** Taken although something about them was absurd. */
  readonly repaired: number;
  /** Forgotten before their time: they would count again if they came again. */
  readonly forgottenEarly: number;
}

/**
 * `goldmane.FlowCollector`: takes flows in from Felix. Every update is answered by one receipt, in order, whatever
 * became of it: Felix waits for it before it sends the next. What has come before from the same node counts nothing.
 */
export class FlowCollector {
  readonly #parts: FlowCollectorParts;
  readonly #reader = new GoldmaneReader();
  readonly #resends: ResendFilter;
  readonly #identities = new NodeIdentities();
  readonly #refusals: RefusalLog;
  #duplicates = 0;

  constructor(parts: FlowCollectorParts) {
    this.#parts = parts;
    this.#resends = new ResendFilter({ seed: parts.seed });
    this.#refusals = new RefusalLog(parts.log, parts.clock);
  }

  get stats(): CollectorStats {
    return {
      duplicates: this.#duplicates,
      repaired: this.#reader.repaired,
      forgottenEarly: this.#resends.forgottenEarly,
    };
  }

  /** What the Goldmane port serves of it. */
  get methods(): ReadonlyMap<string, Method> {
    return new Map([
      ['/goldmane.FlowCollector/Connect', { kind: 'messages', open: (call) => this.#open(call) }],
    ]);
  }

  /** Takes in again what was acknowledged before a restart, and knows it when it is sent again. */
  readonly replay: Replay = ({ meta, payload, at }, isOver) => {
    // What is stored elsewhere matters only as long as Felix may send it again.
    if (isOver && this.#parts.clock.now() - at > RESENT_WITHIN_MS) return;
    this.#intake(nodeOf(String(meta.node)), unpackMessages(payload), at);
  };

  #open(call: DuplexCall): MessageSink {
    const { senders, log, journal } = this.#parts;
    const name = this.#identities.opened(call.peer);
    const node = nodeOf(name);
    senders.connected(name, FELIX);
    log.info({ node: name }, 'Felix connected');
    return {
      messages: (batch) => {
        this.#take(node, batch);
        // A repeat waits as well: what it repeats may still be on its way to the disk.
        if (journal === null) call.send(batch.length, RECEIPT);
        else void journal.flushed().then(() => call.send(batch.length, RECEIPT));
      },
      end: () => {
        if (journal === null) call.close();
        else void journal.flushed().then(() => call.close());
      },
      closed: () => {
        this.#identities.closed(call.peer);
        senders.disconnected(name, FELIX);
        log.info({ node: name, duplicates: node.duplicates }, 'Felix disconnected');
      },
    };
  }

  #take(node: Node, batch: readonly Uint8Array[]): void {
    const { accept, senders, clock, journal } = this.#parts;
    const { fresh, refused, newestEnd } = this.#intake(node, batch, clock.now());
    if (refused > 0) accept.refuse(refused);
    if (fresh.length > 0) {
      journal?.append({ kind: 'goldmane', meta: { node: node.name }, payload: packMessages(fresh) });
    }
    senders.heard(node.name, fresh.length, 0, FELIX, newestEnd);
  }

  #intake(node: Node, messages: Iterable<Uint8Array>, now: Millis): Intake {
    const intake: Intake = { fresh: [], refused: 0, newestEnd: null };
    this.#parts.accept.batch(0, (take) => {
      const errors: LineError[] = [];
      for (const message of messages) {
        const record = this.#readNew(node, message, now, intake);
        if (record === null) continue;
        const error = take(record, intake.fresh.length + 1);
        if (error === null) note(intake, message, record);
        else errors.push(error);
      }
      return { accepted: intake.fresh.length, errors, aside: 0, lost: 0 };
    });
    return intake;
  }

  /** The record of an update, or null for one that is none or that has come before. */
  #readNew(node: Node, message: Uint8Array, now: Millis, intake: Intake): GoldmaneRecord | null {
    const read = this.#reader.readUpdate(message);
    if (isProblem(read)) {
      intake.refused++;
      this.#refusals.refused(node.name, read);
      return null;
    }
    if (this.#resends.isNew(node.print, read, now)) return read;
    node.duplicates++;
    this.#duplicates++;
    return null;
  }
}

interface Node {
  readonly name: string;
  readonly print: NodePrint;
  duplicates: number;
}

/** What became of messages that came together. */
interface Intake {
  /** Those that were taken: what a journal must keep. */
  readonly fresh: Uint8Array[];
  refused: number;
  newestEnd: Millis | null;
}

function nodeOf(name: string): Node {
  return { name, print: nodePrint(name), duplicates: 0 };
}

function note(intake: Intake, message: Uint8Array, { end }: GoldmaneRecord): void {
  intake.fresh.push(message);
  if (intake.newestEnd === null || end > intake.newestEnd) intake.newestEnd = end;
}
