import { type Millis, millis } from '@vibrissa/model';

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?(?=\s|$)/;
const SYSLOG = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?=\s|$)/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;

/**
 * The time a log line begins with: RFC 3339, or that of RFC 3164 (`Nov 22 02:25:27`), which has neither year
 * nor zone: it is taken as local time, of the year that makes it no later than a day from `now`. Null when the
 * line begins with neither.
 */
export function readPacketTime(line: string, now: Millis): Millis | null {
  const iso = ISO.exec(line)?.[0];
  if (iso !== undefined) return valid(Date.parse(iso.replace(',', '.')));
  const parts = SYSLOG.exec(line);
  if (parts === null) return null;
  const [, month = '', ...numbers] = parts;
  const [day = 0, hour = 0, minute = 0, second = 0] = numbers.map(Number);
  const at = MONTHS.indexOf(month);
  if (at < 0 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  const year = new Date(now).getFullYear();
  const inYear = (in_: number) => new Date(in_, at, day, hour, minute, second).getTime();
  return valid(inYear(year) <= now + DAY_MS ? inYear(year) : inYear(year - 1));
}

function valid(time: number): Millis | null {
  return Number.isFinite(time) && time >= 0 ? millis(time) : null;
}
