import { L7FlowType } from '../gen/flow/flow_pb.js';
import type { WireReader } from '../goldmane/wire-reader.js';
import type { HubbleCall } from './hubble-event.js';
import { added, bytesTag, inside, numberTag } from './wire-parts.js';

type Said<Call = HubbleCall> = Call extends HubbleCall ? Omit<Call, 'isRequest'> : never;

/** flow.Layer7; null for a protocol that is not known here. */
export function readCall(reader: WireReader): HubbleCall | null {
  let type = L7FlowType.UNKNOWN_L7_TYPE;
  let said: Said | null = null;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === numberTag(1)) type = reader.int32();
    else if (tag === bytesTag(100)) said = inside(reader, readDns);
    else if (tag === bytesTag(101)) said = inside(reader, readHttp);
    else if (tag === bytesTag(102)) said = inside(reader, readKafka);
    else reader.skip(tag);
  }
  return said === null ? null : { ...said, isRequest: type === L7FlowType.REQUEST };
}

function readDns(reader: WireReader): Said {
  let query = '';
  let queryTypes: readonly string[] = [];
  let rcode = 0;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === bytesTag(1)) query = reader.text();
    else if (tag === numberTag(6)) rcode = reader.uint32();
    else if (tag === bytesTag(7)) queryTypes = added(queryTypes, reader.text());
    else reader.skip(tag);
  }
  return { type: 'dns', query, queryTypes, rcode };
}

function readHttp(reader: WireReader): Said {
  let status = 0;
  let method = '';
  let url = '';
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === numberTag(1)) status = reader.uint32();
    else if (tag === bytesTag(2)) method = reader.text();
    else if (tag === bytesTag(3)) url = reader.text();
    else reader.skip(tag);
  }
  return { type: 'http', method, url, status };
}

function readKafka(reader: WireReader): Said {
  let error = 0;
  let api = '';
  let topic = '';
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === numberTag(1)) error = reader.int32();
    else if (tag === bytesTag(3)) api = reader.text();
    else if (tag === bytesTag(5)) topic = reader.text();
    else reader.skip(tag);
  }
  return { type: 'kafka', api, topic, error };
}
