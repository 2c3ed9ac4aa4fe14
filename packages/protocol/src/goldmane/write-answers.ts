import { create, toBinary } from '@bufbuild/protobuf';
import type { FlowRecord } from '@vibrissa/model';
import * as wire from '../gen/goldmane_pb.js';
import { writeFlowResult } from './write-flow.js';

/** A flow over whole buckets, with the id that readers know it by. */
export type IdentifiedRecord = FlowRecord & { readonly id: number };

/** The pages there are, and the results on all of them. */
export interface ListMeta {
  readonly totalPages: number;
  readonly totalResults: number;
}

/** How many pages a number of results makes; Goldmane says 0 of none, and 1 when all are on one. */
export function listMeta(totalResults: number, pageSize: number): ListMeta {
  if (totalResults === 0) return { totalPages: 0, totalResults };
  return { totalPages: pageSize === 0 ? 1 : Math.ceil(totalResults / pageSize), totalResults };
}

/** The bytes of a FlowResult, as streams send it. */
export function flowResultBytes(flow: IdentifiedRecord): Uint8Array {
  return toBinary(wire.FlowResultSchema, writeFlowResult(flow, flow.start, flow.end));
}

/** Bytes that, put one after the other in any number, are a FlowListResult with these flows. */
export function flowListPart(flows: readonly IdentifiedRecord[]): Uint8Array {
  return toBinary(
    wire.FlowListResultSchema,
    create(wire.FlowListResultSchema, {
      flows: flows.map((flow) => writeFlowResult(flow, flow.start, flow.end)),
    }),
  );
}

/** The part of a FlowListResult that says how many there are. */
export function flowListMeta(meta: ListMeta): Uint8Array {
  return toBinary(wire.FlowListResultSchema, create(wire.FlowListResultSchema, { meta: writeMeta(meta) }));
}

/** The bytes of a FilterHintsResult. */
export function filterHintsBytes(values: readonly string[], meta: ListMeta): Uint8Array {
  return toBinary(
    wire.FilterHintsResultSchema,
    create(wire.FilterHintsResultSchema, {
      meta: writeMeta(meta),
      hints: values.map((value) => ({ value })),
    }),
  );
}

function writeMeta({ totalPages, totalResults }: ListMeta): wire.ListMetadata {
  return create(wire.ListMetadataSchema, {
    totalPages: BigInt(totalPages),
    totalResults: BigInt(totalResults),
  });
}
