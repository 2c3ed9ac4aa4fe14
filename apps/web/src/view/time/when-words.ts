import { formatDuration } from '../../ui/format.js';
import type { ViewWindow } from '../view-url.js';
import { dayFrom, LOCAL, toWall, UTC, type WallTime, weekdayOf, type Zone } from './wall-clock.js';
import type { Here } from './when-resolve.js';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const SPANS: readonly (readonly [ms: number, one: string])[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];

/** `15 minutes`, `24 hours`, `7 days`, `1 hour 30 minutes`; a single day is 24 hours. */
export function spanWords(ms: number): string {
  let rest = Math.max(1_000, Math.round(ms / 1_000) * 1_000);
  const words: string[] = [];
  for (const [size, one] of SPANS) {
    const count = Math.floor(rest / size);
    if (count === 0 || (one === 'day' && (count === 1 || rest % size !== 0) && rest < 3 * size)) continue;
    words.push(`${count} ${one}${count === 1 ? '' : 's'}`);
    rest -= count * size;
    if (words.length === 2) break;
  }
  return words.join(' ');
}

/** `Last hour`, `Yesterday 14:00 – 15:00`, `Sat 21 Nov 14:00 – Sun 22 Nov 01:30`, as the reader's clock has it. */
export function windowWords(window: ViewWindow, { now, zone }: Here): string {
  if (window.kind === 'live') return lastWords(window.sinceMs);
  return stretchWords(window.from, window.to, { now, zone });
}

/** `Last hour`, `Last 15 minutes`. */
export function lastWords(ms: number): string {
  return `Last ${spanWords(ms).replace(/^1 (?=\w+$)/, '')}`;
}

/** A stretch of time that stands still, in words. */
export function stretchWords(from: number, to: number, { now, zone }: Here): string {
  const start = toWall(from, zone);
  const end = toWall(to, zone);
  const today = toWall(now, zone);
  if (isMidnight(start) && isMidnight(end)) {
    const last = toWall(to - 1, zone);
    const first = dayWords(start, today);
    return sameDay(start, last) ? first : `${first} – ${dayWords(last, today)}`;
  }
  const seconds = start.second + start.ms + end.second + end.ms > 0;
  const begin = `${dayWords(start, today)} ${clockWords(start, seconds)}`;
  // The midnight that ends a day is called 24:00, so that it needs no other day.
  if (isMidnight(end) && sameDay(start, dayFrom(end, -1))) return `${begin} – 24:00`;
  const until = clockWords(end, seconds);
  return sameDay(start, end) ? `${begin} – ${until}` : `${begin} – ${dayWords(end, today)} ${until}`;
}

/** The same as `21 Nov 13:00 – 14:00 UTC`, for those who talk to people elsewhere. */
export function utcWords(from: number, to: number): string {
  const start = toWall(from, UTC);
  const end = toWall(to, UTC);
  const seconds = start.second + end.second > 0;
  const until = sameDay(start, end) ? '' : `${dateWords(end)} `;
  return `${dateWords(start)} ${clockWords(start, seconds)} – ${until}${clockWords(end, seconds)} UTC`;
}

/** `21 Nov 2026 13:00:05 UTC`. */
export function utcMoment(at: number): string {
  const wall = toWall(at, UTC);
  return `${dateWords(wall)} ${wall.year} ${clockWords(wall, true)} UTC`;
}

/** `Sat 21 Nov`, with the year where it is another; `Today` and `Yesterday` for those. */
export function dayWords(day: WallTime, today: WallTime): string {
  if (sameDay(day, today)) return 'Today';
  if (sameDay(day, dayFrom(today, -1))) return 'Yesterday';
  const year = day.year === today.year ? '' : ` ${day.year}`;
  return `${WEEKDAYS[weekdayOf(day) - 1]} ${dateWords(day)}${year}`;
}

/** What `dayWords` says of a moment, where the reader is. */
export function dayOf(at: number, now: number, zone: Zone = LOCAL): string {
  return dayWords(toWall(at, zone), toWall(now, zone));
}

/** `1 h`, as short as columns have it. */
export function lengthWords(window: ViewWindow): string {
  return formatDuration(window.kind === 'live' ? window.sinceMs : window.to - window.from);
}

function dateWords({ day, month }: WallTime): string {
  return `${day} ${MONTHS[month - 1]}`;
}

function clockWords({ hour, minute, second }: WallTime, seconds: boolean): string {
  const parts = seconds ? [hour, minute, second] : [hour, minute];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function isMidnight({ hour, minute, second, ms }: WallTime): boolean {
  return hour + minute + second + ms === 0;
}

function sameDay(one: WallTime, other: WallTime): boolean {
  return one.year === other.year && one.month === other.month && one.day === other.day;
}
