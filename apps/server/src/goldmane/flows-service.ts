import {
  filterHintsBytes,
  flowListMeta,
  flowListPart,
  flowResultBytes,
  readFilterHintsRequest,
  readFlowListRequest,
  readFlowStreamRequest,
} from '@vibrissa/protocol';
import type { Method } from '@vibrissa/protocol/grpc';
import { asGrpcError } from './as-grpc-error.js';
import { filterHints, listFlows, streamFlows } from './flow-queries.js';
import type { FlowWindows } from './flow-windows.js';

/** Flows laid out before others have their turn. */
const FLOWS_A_TURN = 64;

/** `goldmane.Flows` by the paths of its methods. */
export function flowsMethods(windows: FlowWindows): ReadonlyMap<string, Method> {
  return new Map<string, Method>([
    [
      '/goldmane.Flows/List',
      {
        kind: 'unary',
        handle: (request, { signal }) => asGrpcError(() => list(windows, request, signal)),
      },
    ],
    [
      '/goldmane.Flows/Stream',
      { kind: 'server-stream', handle: (request, { signal }) => stream(windows, request, signal) },
    ],
    [
      '/goldmane.Flows/FilterHints',
      {
        kind: 'unary',
        handle: (request, { signal }) =>
          asGrpcError(async () => {
            const { values, meta } = await filterHints(windows, readFilterHintsRequest(request), signal);
            return filterHintsBytes(values, meta);
          }),
      },
    ],
  ]);
}

async function list(windows: FlowWindows, request: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  const { flows, meta } = await listFlows(windows, readFlowListRequest(request), signal);
  const parts = [flowListMeta(meta)];
  for (let at = 0; at < flows.length; at += FLOWS_A_TURN) {
    if (at > 0) await windows.turn(signal);
    parts.push(flowListPart(flows.slice(at, at + FLOWS_A_TURN)));
  }
  return Buffer.concat(parts);
}

async function* stream(
  windows: FlowWindows,
  request: Uint8Array,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const flows = await asGrpcError(async () => streamFlows(windows, readFlowStreamRequest(request), signal));
  try {
    for (;;) {
      const next = await asGrpcError(() => flows.next());
      if (next.done === true) return;
      for (const flow of next.value) yield flowResultBytes(flow);
    }
  } finally {
    // A caller may hang up between two results; the place among the streams is free again only then.
    await flows.return(undefined);
  }
}
