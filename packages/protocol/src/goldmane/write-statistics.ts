import { create, toBinary } from '@bufbuild/protobuf';
import type { Action, PolicyRef } from '@vibrissa/model';
import * as wire from '../gen/goldmane_pb.js';
import { actionNumber, policyKindNumber } from './names.js';

/** What one policy or rule did, in or out by what it did: each list has one value, or one for each of `x`. */
export interface Statistics {
  readonly policy: PolicyRef;
  /** Which rule of the policy, and what it does; null where all of a policy's are taken together. */
  readonly rule: { readonly action: Action; readonly index: number } | null;
  readonly direction: wire.RuleDirection;
  readonly allowedIn: readonly number[];
  readonly allowedOut: readonly number[];
  readonly deniedIn: readonly number[];
  readonly deniedOut: readonly number[];
  readonly passedIn: readonly number[];
  readonly passedOut: readonly number[];
  /** Starts of buckets, s; empty when there is but one value for all of the time. */
  readonly x: readonly number[];
}

/** The bytes of a StatisticsResult. */
export function writeStatistics(
  statistics: Statistics,
  type: wire.StatisticType,
  groupBy: wire.StatisticsGroupBy,
): Uint8Array {
  const { policy, rule, direction } = statistics;
  return toBinary(
    wire.StatisticsResultSchema,
    create(wire.StatisticsResultSchema, {
      policy: {
        kind: policyKindNumber(policy.kind),
        namespace: policy.namespace,
        name: policy.name,
        tier: policy.tier,
        ...(rule === null ? {} : { action: actionNumber(rule.action), ruleIndex: BigInt(rule.index) }),
      },
      direction,
      groupBy,
      type,
      allowedIn: statistics.allowedIn.map(whole),
      allowedOut: statistics.allowedOut.map(whole),
      deniedIn: statistics.deniedIn.map(whole),
      deniedOut: statistics.deniedOut.map(whole),
      passedIn: statistics.passedIn.map(whole),
      passedOut: statistics.passedOut.map(whole),
      x: statistics.x.map(whole),
    }),
  );
}

/** What Goldmane sends before it says that there is nothing. */
export function writeNoStatistics(): Uint8Array {
  return toBinary(wire.StatisticsResultSchema, create(wire.StatisticsResultSchema));
}

function whole(value: number): bigint {
  return BigInt(Math.round(value));
}
