import {
  dayFrom,
  fixedZone,
  fromWall,
  isWallTime,
  toWall,
  type WallTime,
  weekdayOf,
  type Zone,
} from './wall-clock.js';
import type { SaidMoment, SaidTime } from './when-moment.js';

export interface Here {
  /** ms since the epoch. */
  readonly now: number;
  /** Where the reader's clock is. */
  readonly zone: Zone;
}

/** A moment that was said, and how much around it may be meant. */
export interface Moment {
  readonly at: number;
  /** The end of the day or hour that was named; `at` where a moment was. */
  readonly until: number;
  readonly notes: readonly string[];
}

/** A day that is in no calendar. */
export class NoSuchDayError extends Error {
  readonly code = 'no-such-day';
}

/** The newest moment up to now that what was said can mean; later where it names its day in full. */
export function newest(said: SaidMoment, here: Here): Moment {
  if (said.instant !== null) return instantOf(said.instant, here);
  const zone = zoneOf(said, here);
  const today = toWall(here.now, zone);
  const on = (day: WallTime): Moment => momentOn(day, said.time, zone);
  const { day } = said;
  if (day === null)
    return firstPast(
      [0, -1].map((days) => () => on(dayFrom(today, days))),
      here,
    );
  if (day.kind === 'ago') return on(dayFrom(today, -day.days));
  if (day.kind === 'weekday') {
    const back = (weekdayOf(today) - day.weekday + 7) % 7;
    const nearest = day.last && back === 0 ? 7 : back;
    return firstPast(
      [nearest, nearest + 7].map((days) => () => on(dayFrom(today, -days))),
      here,
    );
  }
  if (day.year !== null) return on(dated(today, day.year, day));
  // Nine, because a 29th of February may be that far away.
  const years = Array.from({ length: 9 }, (_, back) => today.year - back).filter((year) =>
    isWallTime({ ...today, year, month: day.month, day: day.day }),
  );
  if (years.length === 0) dated(today, today.year, day);
  return firstPast(
    years.map((year) => () => on(dated(today, year, day))),
    here,
  );
}

/** The first moment after a start that what was said can mean: its day is the start's where it names none. */
export function firstAfter(said: SaidMoment, start: number, here: Here): Moment {
  if (said.instant !== null) return instantOf(said.instant, here);
  const zone = zoneOf(said, here);
  const begun = toWall(start, zone);
  const on = (day: WallTime): Moment => momentOn(day, said.time, zone);
  const { day } = said;
  if (day === null) {
    const same = on(begun);
    const next = on(dayFrom(begun, 1));
    // Through midnight, but hardly a whole day around: that is rather typed in the wrong order.
    return same.at <= start && next.at - start <= 12 * 3_600_000 ? next : same;
  }
  if (day.kind === 'ago') return newest(said, here);
  if (day.kind === 'weekday') {
    const ahead = (day.weekday - weekdayOf(begun) + 7) % 7;
    const first = on(dayFrom(begun, ahead));
    return first.until <= start ? on(dayFrom(begun, ahead + 7)) : first;
  }
  if (day.year !== null) return on(dated(begun, day.year, day));
  const first = on(dated(begun, begun.year, day));
  return first.until <= start ? on(dated(begun, begun.year + 1, day)) : first;
}

function zoneOf(said: SaidMoment, here: Here): Zone {
  return said.offsetMs === null ? here.zone : fixedZone(said.offsetMs);
}

function instantOf(instant: number, { now }: Here): Moment {
  const at = instant > 0 ? instant : now + instant;
  return { at, until: at, notes: [] };
}

/** The first that is not in the future, or the last of them. */
function firstPast(candidates: readonly (() => Moment)[], { now }: Here): Moment {
  let moment: Moment = { at: now, until: now, notes: [] };
  for (const candidate of candidates) {
    moment = candidate();
    if (moment.at <= now) break;
  }
  return moment;
}

function dated(like: WallTime, year: number, { month, day }: { month: number; day: number }): WallTime {
  const wall = { ...like, year, month, day, hour: 0, minute: 0, second: 0, ms: 0 };
  if (isWallTime(wall)) return wall;
  const name = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' }).format(
    Date.UTC(2000, month - 1, 1),
  );
  throw new NoSuchDayError(`There is no ${day} ${name} ${year}.`);
}

function momentOn(day: WallTime, time: SaidTime | null, zone: Zone): Moment {
  if (time === null) {
    const from = fromWall({ ...day, hour: 0, minute: 0, second: 0, ms: 0 }, zone);
    return { at: from.at, until: fromWall(dayFrom(day, 1), zone).at, notes: [] };
  }
  const { hour, minute, second, ms } = time;
  const { at, oddity } = fromWall({ ...day, hour, minute, second, ms }, zone);
  return {
    at,
    until: time.precise === 'hour' ? at + 3_600_000 : at,
    notes: oddity === null ? [] : [oddityWords(time, oddity, at, zone)],
  };
}

function oddityWords(
  { hour, minute }: Pick<SaidTime, 'hour' | 'minute'>,
  oddity: 'skipped' | 'twice',
  at: number,
  zone: Zone,
): string {
  const said = clockText(hour, minute);
  if (oddity === 'skipped') {
    const taken = toWall(at, zone);
    return `Clocks were put forward and never showed ${said}: ${clockText(taken.hour, taken.minute)} is taken.`;
  }
  const hours = zone.offsetAt(at + 2 * 3_600_000) / 60_000;
  const later = `${hours < 0 ? '-' : '+'}${clockText(Math.floor(Math.abs(hours) / 60), Math.abs(hours) % 60)}`;
  return `Clocks showed ${said} twice: the first is taken. For the second write ${said} UTC${later}.`;
}

function clockText(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
