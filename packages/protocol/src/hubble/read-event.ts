import { LostEventSource } from '../gen/flow/flow_pb.js';
import { NodeState } from '../gen/relay/relay_pb.js';
import { KnownBytes } from '../goldmane/known-bytes.js';
import { WireReader } from '../goldmane/wire-reader.js';
import type { HubbleEndpoint, HubbleEvent, HubbleService } from './hubble-event.js';
import { type FlowDraft, newFlow } from './new-flow.js';
import { readEndpoint, readPolicy, readService } from './wire-ends.js';
import { readIp, readLayer4 } from './wire-layer4.js';
import { readCall } from './wire-layer7.js';
import {
  added,
  bytesTag,
  inside,
  insideInto,
  known,
  NO_TIME,
  numberTag,
  readNumber,
  readTime,
} from './wire-parts.js';

const OTHER: HubbleEvent = Object.freeze({ kind: 'other' });

/**
 * Reads `GetFlowsResponse` messages. Ends, services and nodes that were met before are found by their bytes and
 * not read again: that is most of a message, and lets what comes after know them by identity.
 */
export class HubbleEventReader {
  readonly #reader = new WireReader();
  readonly #endpoints = new KnownBytes<HubbleEndpoint>(20_000, 16_000_000);
  readonly #services = new KnownBytes<HubbleService>(5_000, 1_000_000);
  readonly #texts = new KnownBytes<string>(5_000, 1_000_000);

  /** One message as an event. Throws WireError for bytes that are no such message. */
  read(message: Uint8Array): HubbleEvent {
    const reader = this.#reader;
    reader.open(Buffer.from(message.buffer, message.byteOffset, message.byteLength), 0, message.byteLength);
    let event: HubbleEvent = OTHER;
    let flow: FlowDraft | null = null;
    let node = '';
    let time = NO_TIME;
    while (reader.at < reader.end) {
      const tag = reader.tag();
      switch (tag) {
        case bytesTag(1):
          flow = newFlow();
          this.#flow(flow);
          event = { kind: 'flow', flow };
          break;
        case bytesTag(2):
          event = inside(reader, readNodes);
          break;
        case bytesTag(3):
          event = inside(reader, readLost);
          break;
        case bytesTag(1000):
          node = known(reader, this.#texts, restAsText);
          break;
        case bytesTag(1001):
          time = inside(reader, readTime);
          break;
        default:
          reader.skip(tag);
      }
    }
    if (flow !== null) {
      if (flow.node === '') flow.node = node;
      if (flow.time < 0) flow.time = time;
    }
    return event;
  }

  #flow(flow: FlowDraft): void {
    const reader = this.#reader;
    const length = reader.length();
    const { end } = reader;
    reader.end = reader.at + length;
    let oldReply = false;
    let oldReason = 0;
    while (reader.at < reader.end) {
      const tag = reader.tag();
      if (tag === numberTag(3)) oldReason = reader.uint32();
      else if (tag === numberTag(16)) oldReply = reader.uint32() !== 0;
      else if (!this.#packetField(tag, flow) && !this.#judgedField(tag, flow)) reader.skip(tag);
    }
    reader.end = end;
    // Older versions tell these two by other fields.
    if (flow.isReply === null && oldReply) flow.isReply = true;
    if (flow.dropReason === 0) flow.dropReason = oldReason;
  }

  /** Who sent the packet to whom; false for other fields. */
  #packetField(tag: number, flow: FlowDraft): boolean {
    const reader = this.#reader;
    switch (tag) {
      case bytesTag(1):
        flow.time = inside(reader, readTime);
        return true;
      case bytesTag(5):
        insideInto(reader, readIp, flow);
        return true;
      case bytesTag(6):
        insideInto(reader, readLayer4, flow);
        return true;
      case bytesTag(8):
        flow.source = known(reader, this.#endpoints, readEndpoint);
        return true;
      case bytesTag(9):
        flow.dest = known(reader, this.#endpoints, readEndpoint);
        return true;
      case bytesTag(11):
        flow.node = known(reader, this.#texts, restAsText);
        return true;
      case bytesTag(13):
        flow.sourceNames = added(flow.sourceNames, reader.text());
        return true;
      case bytesTag(14):
        flow.destNames = added(flow.destNames, reader.text());
        return true;
      case bytesTag(15):
        flow.call = inside(reader, readCall);
        return true;
      case bytesTag(20):
        flow.sourceService = known(reader, this.#services, readService);
        return true;
      case bytesTag(21):
        flow.destService = known(reader, this.#services, readService);
        return true;
      default:
        return false;
    }
  }

  /** What became of it, and who told so; false for other fields. */
  #judgedField(tag: number, flow: FlowDraft): boolean {
    const reader = this.#reader;
    switch (tag) {
      case numberTag(2):
        flow.verdict = reader.int32();
        return true;
      case bytesTag(19):
        flow.eventType = inside(reader, readNumber);
        return true;
      case numberTag(22):
        flow.direction = reader.int32();
        return true;
      case numberTag(25):
        flow.dropReason = reader.int32();
        return true;
      case bytesTag(26):
        flow.isReply = inside(reader, readNumber) !== 0;
        return true;
      case bytesTag(34):
        flow.uuid = reader.text();
        return true;
      case numberTag(36):
        flow.traceReason = reader.int32();
        return true;
      case bytesTag(21001):
        flow.egressAllowedBy = added(flow.egressAllowedBy, inside(reader, readPolicy));
        return true;
      case bytesTag(21002):
        flow.ingressAllowedBy = added(flow.ingressAllowedBy, inside(reader, readPolicy));
        return true;
      case bytesTag(21004):
        flow.egressDeniedBy = added(flow.egressDeniedBy, inside(reader, readPolicy));
        return true;
      case bytesTag(21005):
        flow.ingressDeniedBy = added(flow.ingressDeniedBy, inside(reader, readPolicy));
        return true;
      case bytesTag(21007):
        flow.aggregated = inside(reader, readAggregate);
        return true;
      default:
        return false;
    }
  }
}

function restAsText(reader: WireReader): string {
  const text = reader.bytes.toString('utf8', reader.at, reader.end);
  reader.at = reader.end;
  return text;
}

/** relay.NodeStatusEvent */
function readNodes(reader: WireReader): HubbleEvent {
  let state = NodeState.UNKNOWN_NODE_STATE;
  let message = '';
  // Relay names all nodes of a cluster in one event, which may be thousands.
  const names: string[] = [];
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === numberTag(1)) state = reader.int32();
    else if (tag === bytesTag(2)) names.push(reader.text());
    else if (tag === bytesTag(3)) message = reader.text();
    else reader.skip(tag);
  }
  return { kind: 'nodes', state, names, message };
}

/** flow.LostEvent */
function readLost(reader: WireReader): HubbleEvent {
  let source = 0;
  let count = 0;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === numberTag(1)) source = reader.int32();
    else if (tag === numberTag(2)) count = reader.int64();
    else reader.skip(tag);
  }
  return { kind: 'lost', source: lostSource(source), count: lostCount(count) };
}

/** The name of a LostEventSource. */
export function lostSource(source: number): string {
  return LostEventSource[source] ?? `source ${source}`;
}

/** Absurd counts, which only bad bytes tell, count as one. */
export function lostCount(count: number): number {
  return Number.isSafeInteger(count) && count >= 0 ? count : 1;
}

/** flow.Aggregate: events on either direction, or on none that is known. */
function readAggregate(reader: WireReader): number {
  let sum = 0;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === numberTag(1) || tag === numberTag(2) || tag === numberTag(3)) sum += reader.uint32();
    else reader.skip(tag);
  }
  return sum;
}
