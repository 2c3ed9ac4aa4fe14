import type { Report } from './figure.js';
import type { Options } from './options.js';
import { inOwnProcess } from './store/child.js';

/** The hot store alone. */
export async function measureStore(report: Report, { profileTo }: Options): Promise<void> {
  await inOwnProcess('./million-keys.js', report, profileTo);
  await inOwnProcess('./rollover.js', report, profileTo);
}
