import type { Reporter } from '@vibrissa/model';
import type { SeenReport } from './seen-connection.js';

const REPORTER_ORDER: readonly Reporter[] = ['src', 'fwd', 'dst'];

/** Reports that say something different of policy, each once, the source's first. */
export function distinctReports(reports: readonly SeenReport[]): readonly SeenReport[] {
  const found = new Map<string, SeenReport>();
  for (const report of reports) {
    const { reporter, verdict, enforced, pending } = report;
    const same = JSON.stringify([reporter, verdict, enforced, pending]);
    if (!found.has(same)) found.set(same, report);
  }
  return [...found.values()].sort(
    (a, b) => REPORTER_ORDER.indexOf(a.reporter) - REPORTER_ORDER.indexOf(b.reporter),
  );
}
