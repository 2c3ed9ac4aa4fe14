import type { Flow } from '@vibrissa/model';
import {
  goldmane,
  hitMatcher,
  measureOf,
  readStatisticsRequest,
  type StatisticsRequest,
  writeNoStatistics,
  writeStatistics,
} from '@vibrissa/protocol';
import { GrpcError, GrpcStatus, type Method } from '@vibrissa/protocol/grpc';
import { asGrpcError } from './as-grpc-error.js';
import type { FlowWindows } from './flow-windows.js';
import { PolicyStatistics, TooManyPoliciesError } from './policy-statistics.js';
import { heldBuckets } from './time-rules.js';

/** `goldmane.Statistics` by the path of its method. */
export function statisticsMethods(windows: FlowWindows): ReadonlyMap<string, Method> {
  return new Map<string, Method>([
    [
      '/goldmane.Statistics/List',
      { kind: 'server-stream', handle: (request, { signal }) => list(windows, request, signal) },
    ],
  ]);
}

async function* list(
  windows: FlowWindows,
  bytes: Uint8Array,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { request, results } = await asGrpcError(async () => {
    const request = readStatisticsRequest(bytes);
    return { request, results: (await collect(windows, request, signal)).results() };
  });
  if (results.length === 0) {
    yield writeNoStatistics();
    throw new GrpcError(GrpcStatus.notFound, 'No statistics matching request');
  }
  for (const result of results) yield writeStatistics(result, request.type, request.groupBy);
}

/** Throws BadRequestError, and GrpcError when there is too much to tell. */
async function collect(
  windows: FlowWindows,
  request: StatisticsRequest,
  signal: AbortSignal,
): Promise<PolicyStatistics> {
  const { ring } = windows;
  const { timeSeries } = request;
  const range = heldBuckets(request, ring, windows.clock);
  const statistics = new PolicyStatistics({
    byRule: request.groupBy === goldmane.StatisticsGroupBy.PolicyRule,
    timeSeries,
    measure: measureOf(request.type),
    matches: request.policyMatch === undefined ? () => true : hitMatcher(request.policyMatch),
  });
  const add = (flow: Flow, key: number) => {
    if (!timeSeries) return statistics.add(flow, 0, flow.counters);
    ring.eachCounters(key, range, (bucket, counters) =>
      statistics.add(flow, (bucket * ring.bucketMs) / 1_000, counters),
    );
  };
  try {
    await windows.visit({ range, matches: () => true }, add, signal);
  } catch (error) {
    if (error instanceof TooManyPoliciesError)
      throw new GrpcError(GrpcStatus.resourceExhausted, error.message);
    throw error;
  }
  return statistics;
}
