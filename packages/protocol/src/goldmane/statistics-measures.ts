import type { Counters, Flow, Reporter } from '@vibrissa/model';
import * as wire from '../gen/goldmane_pb.js';

/** What a statistic counts of a flow; what is unknown counts as nothing. Live connections go in, or out where the source reports. */
export function measureOf(
  type: wire.StatisticType,
): (flow: Flow, counters: Counters) => { readonly in: number; readonly out: number } {
  if (type === wire.StatisticType.PacketCount)
    return (_flow, { packetsIn, packetsOut }) => ({ in: packetsIn ?? 0, out: packetsOut ?? 0 });
  if (type === wire.StatisticType.ByteCount)
    return (_flow, { bytesIn, bytesOut }) => ({ in: bytesIn ?? 0, out: bytesOut ?? 0 });
  return ({ key }, { connectionsLive }) => {
    const live = connectionsLive ?? 0;
    return key.reporter === 'src' ? { in: 0, out: live } : { in: live, out: 0 };
  };
}

/** Which way a rule saw what a reporter tells of; null for policies as a whole. */
export function ruleDirection(reporter: Reporter | null): wire.RuleDirection {
  if (reporter === 'src') return wire.RuleDirection.Egress;
  return reporter === 'dst' ? wire.RuleDirection.Ingress : wire.RuleDirection.Any;
}
