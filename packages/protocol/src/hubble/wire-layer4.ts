import type { WireReader } from '../goldmane/wire-reader.js';
import type { HubbleFlow } from './hubble-event.js';
import { bytesTag, insideInto, numberTag } from './wire-parts.js';

/** What of a flow is told by its packet's headers. */
export type Headers = {
  -readonly [Name in
    | 'sourceIp'
    | 'destIp'
    | 'protocol'
    | 'sourcePort'
    | 'destPort'
    | 'icmpType'
    | 'syn'
    | 'ack']: HubbleFlow[Name];
};

/** Protocols by their field of flow.Layer4, the names as flows have them. */
const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'tcp'],
  [2, 'udp'],
  [3, 'icmp'],
  [4, 'icmp6'],
  [5, 'sctp'],
  [6, 'vrrp'],
  [7, 'igmp'],
]);

/** The name of the protocol that a field of flow.Layer4 stands for. */
export function layer4Name(field: number): string {
  return PROTOCOLS.get(field) ?? '';
}

/** flow.IP */
export function readIp(reader: WireReader, into: Headers): void {
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === bytesTag(1)) into.sourceIp = reader.text();
    else if (tag === bytesTag(2)) into.destIp = reader.text();
    else reader.skip(tag);
  }
}

/** flow.Layer4 */
export function readLayer4(reader: WireReader, into: Headers): void {
  while (reader.at < reader.end) {
    const tag = reader.tag();
    const protocol = (tag & 7) === 2 ? PROTOCOLS.get(tag >>> 3) : undefined;
    if (protocol === undefined) {
      reader.skip(tag);
      continue;
    }
    into.protocol = protocol;
    insideInto(reader, hasPorts(protocol) ? readPorts : readKind, into);
  }
}

/** Whether the first two fields of a protocol's message are ports. */
export function hasPorts(protocol: string): boolean {
  return protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp';
}

function readPorts(reader: WireReader, into: Headers): void {
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === numberTag(1)) into.sourcePort = reader.uint32();
    else if (tag === numberTag(2)) into.destPort = reader.uint32();
    else if (tag === bytesTag(3) && into.protocol === 'tcp') insideInto(reader, readFlags, into);
    else reader.skip(tag);
  }
}

function readFlags(reader: WireReader, into: Headers): void {
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === numberTag(2)) into.syn = reader.uint32() !== 0;
    else if (tag === numberTag(5)) into.ack = reader.uint32() !== 0;
    else reader.skip(tag);
  }
}

function readKind(reader: WireReader, into: Headers): void {
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === numberTag(1)) into.icmpType = reader.uint32();
    else reader.skip(tag);
  }
}
