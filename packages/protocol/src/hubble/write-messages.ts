import {
  create,
  fromBinary,
  fromJson,
  type JsonValue,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import { GetFlowsRequestSchema, GetFlowsResponseSchema } from '../gen/observer/observer_pb.js';

/** The method of Hubble's observer that tells flows, node by node. */
export const GET_FLOWS = '/observer.Observer/GetFlows';

/** The method that tells how the observer is. */
export const OBSERVER_STATUS = '/observer.Observer/ServerStatus';

/** Asks for all flows from a moment on (ms since the epoch), for as long as they come. */
export function writeGetFlows(since: number): Uint8Array {
  return toBinary(
    GetFlowsRequestSchema,
    create(GetFlowsRequestSchema, { follow: true, since: timestampFromMs(since) }),
  );
}

/** What is asked for; `since` is 0 when it was left out. Throws for bytes that are no such message. */
export function readGetFlows(bytes: Uint8Array): { readonly since: number; readonly follow: boolean } {
  const { since, follow } = fromBinary(GetFlowsRequestSchema, bytes);
  return { since: since === undefined ? 0 : timestampMs(since), follow };
}

/** One answer of an observer, for tests and measurements. */
export function writeGetFlowsResponse(response: MessageInitShape<typeof GetFlowsResponseSchema>): Uint8Array {
  return toBinary(GetFlowsResponseSchema, create(GetFlowsResponseSchema, response));
}

/** The answer that a line of `hubble observe -o json` was printed from, as far as Vibrissa knows its fields. */
export function jsonToGetFlowsResponse(line: JsonValue): Uint8Array {
  return toBinary(
    GetFlowsResponseSchema,
    fromJson(GetFlowsResponseSchema, line, { ignoreUnknownFields: true }),
  );
}
