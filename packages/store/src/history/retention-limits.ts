import type { HistoryFile } from './history-file.js';
import { readNumbers } from './read-columns.js';

const HOUR_MS = 3_600_000;

/** Number of the oldest bucket held, what waits included; null when there is none. */
export async function readOldest(file: HistoryFile): Promise<number | null> {
  const [oldest] = await readNumbers(
    file.live,
    `SELECT bucket::DOUBLE FROM (SELECT min(bucket) AS bucket FROM (
      SELECT bucket FROM history.facts UNION ALL SELECT bucket FROM waiting_facts)) WHERE bucket IS NOT NULL`,
  );
  return oldest?.[0] ?? null;
}

/** The first bucket to keep so that about this share of the facts goes, in whole hours; the newest hour stays. */
export async function bucketBeyondShare(
  file: HistoryFile,
  share: number,
  bucketMs: number,
): Promise<number | null> {
  const width = Math.max(1, Math.floor(HOUR_MS / bucketMs));
  const [hours, counts] = await readNumbers(
    file.live,
    `SELECT (bucket // ${width})::DOUBLE, count(*)::DOUBLE FROM history.facts GROUP BY 1 ORDER BY 1`,
  );
  if (hours === undefined || counts === undefined) return null;
  const enough = share * counts.reduce((sum, count) => sum + count, 0);
  let gone = 0;
  let limit: number | null = null;
  for (let at = 0; at + 1 < hours.length && gone < enough; at++) {
    gone += counts[at] as number;
    limit = hours[at + 1] as number;
  }
  return limit === null ? null : limit * width;
}
