import { type FlowGroup, isStaged, pendingVerdict } from '@vibrissa/model';
import { ChangeTally } from './change-tally.js';
import type { Connection } from './connection.js';
import { decideSide } from './evaluate.js';
import type { Fix, JudgedFix } from './fix.js';
import type { FixTrial } from './fix-trial.js';
import type { Policy } from './policy.js';
import { PolicySet } from './policy-set.js';
import { enforcedTwin } from './staged.js';
import type { VerdictChange } from './verdict-change.js';

/**
 * A fix where no policies are known: all that can be told is which of the lines that were denied at the same end its
 * policy would allow too. What else denies them is not known.
 */
export class ReportedFixTrial implements FixTrial {
  private readonly tally: ChangeTally;
  private readonly policies: readonly { readonly policy: Policy; readonly set: PolicySet }[];

  constructor(
    readonly fix: Fix,
    most: number,
  ) {
    this.tally = new ChangeTally(most);
    this.policies = fix.edits
      .filter((edit) => edit.op === 'put')
      .map(({ policy }) => ({ policy, set: new PolicySet([], [enforcedTwin(policy)]) }));
  }

  get totals(): JudgedFix['others'] {
    return this.tally.totals;
  }

  add(line: FlowGroup, connection: Connection): void {
    if (this.policies.some((one) => allowsDenied(one, line, connection))) {
      this.tally.add('uncertain', { before: 'unknown', after: 'unknown', mayDiffer: true }, line);
    }
  }

  examples(): readonly VerdictChange[] {
    return this.tally.top().changes.map(({ direction, verdict, line, ...amounts }) => {
      const { source, dest, port, protocol } = line.key;
      const { connections, bytes, firstSeen, lastSeen } = amounts;
      return {
        source,
        dest,
        port,
        protocol,
        direction,
        before: verdict.before,
        after: verdict.after,
        observed: line.verdict,
        decidedBy: null,
        reason: 'The policy would allow it as well; whether others still deny it is not known.',
        connections,
        bytes,
        firstSeen,
        lastSeen,
      };
    });
  }
}

function allowsDenied(
  { policy, set }: { readonly policy: Policy; readonly set: PolicySet },
  line: FlowGroup,
  connection: Connection,
): boolean {
  return policy.types.some((direction) => {
    const reporter = direction === 'egress' ? 'src' : 'dst';
    const isDenied = line.flows.some(({ key }) => {
      const verdict = isStaged(policy.kind) ? pendingVerdict(key.trace) : key.verdict;
      return key.reporter === reporter && verdict === 'deny';
    });
    if (!isDenied) return false;
    const party = direction === 'egress' ? connection.source : connection.dest;
    if (set.governs(party, direction).enforced.length === 0) return false;
    return decideSide(set, connection, direction).verdict !== 'deny';
  });
}
