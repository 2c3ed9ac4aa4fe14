import { create, toBinary } from '@bufbuild/protobuf';
import * as wire from '../gen/goldmane_pb.js';

export const GOLDMANE_STREAM = '/goldmane.Flows/Stream';
export const GOLDMANE_LIST = '/goldmane.Flows/List';

/** Asks for the bucket that holds `from` (ms since the epoch), those after it, and those to come. */
export function writeGoldmaneStream(from: number): Uint8Array {
  const startTimeGte = BigInt(Math.floor(from / 1000));
  return toBinary(wire.FlowStreamRequestSchema, create(wire.FlowStreamRequestSchema, { startTimeGte }));
}

/** Asks for as little as can be asked: one flow of the last second. */
export function writeGoldmaneProbe(): Uint8Array {
  const request = create(wire.FlowListRequestSchema, { startTimeGte: -1n, pageSize: 1n });
  return toBinary(wire.FlowListRequestSchema, request);
}
