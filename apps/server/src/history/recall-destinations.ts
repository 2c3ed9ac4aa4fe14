import type { FlowKey, Millis } from '@vibrissa/model';
import type { HotRing } from '@vibrissa/store';

/** How many flows are looked at before the clock is. */
const STEP = 64;

export interface RecallsDestinations {
  recall(key: Pick<FlowKey, 'source' | 'dest'>, since: Millis): void;
}

/** Makes known again, in steps, which addresses outside the flows in memory go to. */
export function* recallDestinations(
  ring: Pick<HotRing, 'groups' | 'flow' | 'oldestBucket' | 'head'>,
  destinations: RecallsDestinations,
): Generator<void> {
  const range = { from: ring.oldestBucket, to: ring.head + 2 };
  for (let index = 0; index < ring.groups.bound('flow'); index++) {
    if (index % STEP === STEP - 1) yield;
    const flow = ring.flow(index, range);
    if (flow !== null) destinations.recall(flow.key, flow.firstSeen);
  }
}
