import type { Span } from '../../view/compare-span.js';
import {
  dayFrom,
  fromWall,
  toWall,
  type WallTime,
  weekdayOf,
  type Zone,
} from '../../view/time/wall-clock.js';
import { shareOf } from './timeline-scale.js';

export interface Tick {
  readonly at: number;
  readonly text: string;
  /** Says a day, which the ones after it are of. */
  readonly day: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** More than clocks are ever changed by at once. */
const CHANGE = 3 * HOUR;
const WITHIN_DAY = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE);
const DAYS = [1, 2, 7, 14, 30];

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Shares of the strip near its ends in which a label would be cut off or run into "now". */
const START = 0.02;
const END = 0.06;

/**
 * Round times of the reader's clock to label, at most `most`. Midnights say their day; so does the first
 * where no midnight does and the day is not today.
 */
export function ticksOf(span: Span, most: number, now: number, zone: Zone): readonly Tick[] {
  const length = span.to - span.from;
  const step = WITHIN_DAY.find((size) => length / size <= most);
  const times = step === undefined ? midnights(span, most, zone) : within(span, step, zone);
  const kept = times.filter((at) => {
    const share = shareOf(at, span);
    return share > START && share < 1 - END;
  });
  const today = toWall(now, zone);
  const ticks = kept.map((at): Tick => {
    const wall = toWall(at, zone);
    return wall.hour + wall.minute === 0
      ? { at, text: dayText(wall, today), day: true }
      : { at, text: clockText(wall), day: false };
  });
  const [first, ...rest] = ticks;
  if (first === undefined || ticks.some(({ day }) => day)) return ticks;
  const wall = toWall(first.at, zone);
  if (wall.day === today.day && wall.month === today.month && wall.year === today.year) return ticks;
  // The label is long: the next one would run into it.
  const others = length / (step ?? DAY) > most * 0.7 ? rest.slice(1) : rest;
  return [{ ...first, text: `${dayText(wall, today)} ${first.text}`, day: true }, ...others];
}

/** Multiples of a step counted from midnight, so that they are round where clocks are half an hour off, or changed. */
function within({ from, to }: Span, step: number, zone: Zone): readonly number[] {
  const times = new Set<number>();
  let day = dayFrom(toWall(from, zone), 0);
  for (let midnight = fromWall(day, zone).at; midnight < to; midnight = fromWall(day, zone).at) {
    for (let since = 0; since < DAY; since += step) {
      // Clocks are changed by less; what is farther away needs no look at the zone.
      if (midnight + since < from - CHANGE || midnight + since > to + CHANGE) continue;
      const wall = { ...day, hour: Math.floor(since / HOUR), minute: (since % HOUR) / MINUTE };
      const { at } = fromWall(wall, zone);
      if (at >= from && at < to) times.add(at);
    }
    day = dayFrom(day, 1);
  }
  return [...times].sort((one, other) => one - other);
}

function midnights({ from, to }: Span, most: number, zone: Zone): readonly number[] {
  const every = DAYS.find((days) => (to - from) / DAY / days <= most) ?? 60;
  const times: number[] = [];
  // Counted from a Monday long ago, so that the same days are labelled when the strip moves.
  for (let number = Math.floor((from - 4 * DAY) / DAY / every) * every; ; number += every) {
    const { at } = fromWall(
      dayFrom({ year: 1970, month: 1, day: 5, hour: 0, minute: 0, second: 0, ms: 0 }, number),
      zone,
    );
    if (at >= to) return times;
    if (at >= from) times.push(at);
  }
}

function dayText(wall: WallTime, today: WallTime): string {
  const text = `${WEEKDAYS[weekdayOf(wall) - 1]} ${wall.day} ${MONTHS[wall.month - 1]}`;
  return wall.year === today.year ? text : `${text} ${wall.year}`;
}

function clockText({ hour, minute }: WallTime): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
