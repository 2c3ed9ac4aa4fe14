import type { BeforeAfter } from './before-after.js';
import { changeReason } from './change-reason.js';
import type { TalliedChange } from './change-tally.js';
import type { VerdictChange } from './verdict-change.js';

/** A change of a pair with what decides it, in words. */
export function toldChange(
  sides: BeforeAfter,
  { direction, verdict, line, ...amounts }: TalliedChange,
): VerdictChange {
  const { source, dest, port, protocol } = line.key;
  const pair = { source, dest, port, protocol };
  const connections = sides.connectionsOf(line);
  const { before, after } = verdict;
  const { connections: started, bytes, firstSeen, lastSeen } = amounts;
  return {
    ...pair,
    direction,
    before,
    after,
    observed: line.verdict,
    ...changeReason({
      pair,
      before: { set: sides.before.set, connection: connections.before, verdict: before },
      after: { set: sides.after.set, connection: connections.after, verdict: after },
      observed: line.verdict,
    }),
    connections: started,
    bytes,
    firstSeen,
    lastSeen,
  };
}
