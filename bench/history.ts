import type { Report } from './figure.js';
import type { Options } from './options.js';
import { inOwnProcess } from './store/child.js';

/** What writing the history costs. */
export async function measureHistory(report: Report, { profileTo }: Options): Promise<void> {
  await inOwnProcess('../history/hand-over.js', report, profileTo);
}

/** How large it is. */
export async function measureHistorySize(report: Report, { profileTo }: Options): Promise<void> {
  await inOwnProcess('../history/size.js', report, profileTo);
}

/** How soon ten million rows of a day answer. */
export async function measureHistoryQueries(report: Report, { profileTo }: Options): Promise<void> {
  await inOwnProcess('../history/ten-million.js', report, profileTo);
}

/** A hundred million rows, and a million of them exported. */
export async function measureLargeHistory(report: Report, { profileTo }: Options): Promise<void> {
  await inOwnProcess('../history/hundred-million.js', report, profileTo);
}
