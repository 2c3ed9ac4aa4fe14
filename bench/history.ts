import type { Report } from './figure.js';
import type { Options } from './options.js';
import { inOwnProcess } from './store/child.js';

/** The history: what writing costs, how large it is, and how soon ten million rows answer. */
export async function measureHistory(report: Report, { profileTo }: Options): Promise<void> {
  await inOwnProcess('../history/hand-over.js', report, profileTo);
  await inOwnProcess('../history/size.js', report, profileTo);
  await inOwnProcess('../history/ten-million.js', report, profileTo);
}

/** A hundred million rows, and a million of them exported. */
export async function measureLargeHistory(report: Report, { profileTo }: Options): Promise<void> {
  await inOwnProcess('../history/hundred-million.js', report, profileTo);
}
