import { type Reporter, wouldBeDenied } from '@vibrissa/model';
import type { ApiFlow } from '@vibrissa/protocol/messages';

/** ms by which a report may be older than the newest of its side and still be of now: two buckets. */
const RECENT = 30_000;

export interface ReportParts {
  /** What holds now, and what the line's verdict rests on. */
  readonly current: readonly ApiFlow[];
  /** What held before: policy or pods have changed since. */
  readonly earlier: readonly ApiFlow[];
}

/** Tells reports that still come in, or that the verdict rests on, from those a newer one has replaced. */
export function reportParts(flows: readonly ApiFlow[]): ReportParts {
  const newest = new Map<Reporter, number>();
  for (const { reporter, lastSeen } of flows) {
    newest.set(reporter, Math.max(newest.get(reporter) ?? 0, lastSeen));
  }
  const worst = Math.max(...flows.map(severity));
  const holds = (flow: ApiFlow): boolean =>
    flow.lastSeen >= (newest.get(flow.reporter) ?? 0) - RECENT || (worst > 0 && severity(flow) === worst);
  return { current: flows.filter(holds), earlier: flows.filter((flow) => !holds(flow)) };
}

function severity({ verdict, pendingVerdict }: ApiFlow): number {
  if (verdict === 'deny') return 2;
  return wouldBeDenied(verdict, pendingVerdict) ? 1 : 0;
}
