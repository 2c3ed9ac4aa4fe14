import type { Report } from './figure.js';
import type { Options } from './options.js';
import { inOwnProcess } from './store/child.js';
import { measureServerRollover } from './store/server-rollover.js';

/** The hot store alone, then the server around it as buckets come and go. */
export async function measureStore(report: Report, { profileTo }: Options): Promise<void> {
  await inOwnProcess('./million-keys.js', report, profileTo);
  await inOwnProcess('./rollover.js', report, profileTo);
  await measureServerRollover(report, profileTo);
}
