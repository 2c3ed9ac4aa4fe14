/** A time as a clock on the wall of some place shows it. `month` counts from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
}

/** How a place sets its clocks. */
export interface Zone {
  /** ms the clocks there are ahead of UTC at a moment. */
  offsetAt(at: number): number;
}

const DAY = 86_400_000;

/** The place the reader's own clock is set for. */
export const LOCAL: Zone = { offsetAt: (at) => new Date(at).getTimezoneOffset() * -60_000 };

/** A place whose clocks are always this far ahead of UTC. */
export function fixedZone(offsetMs: number): Zone {
  return { offsetAt: () => offsetMs };
}

export const UTC: Zone = fixedZone(0);

/** A place of the IANA list, such as `Europe/Berlin`. Throws RangeError where there is none such. */
export function namedZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return {
    offsetAt: (at) => {
      const parts = Object.fromEntries(
        format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
      );
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
      return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
    },
  };
}

/** What the clocks of a place show at a moment. */
export function toWall(at: number, zone: Zone): WallTime {
  const shifted = new Date(at + zone.offsetAt(at));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    ms: shifted.getUTCMilliseconds(),
  };
}

/** What a wall time is worth: clocks that are put forward never show some times, clocks put back show some twice. */
export interface WallMoment {
  /** The first of two; of a time never shown, as if the clocks had not been put forward. */
  readonly at: number;
  readonly oddity: 'skipped' | 'twice' | null;
}

/** The moment at which the clocks of a place show this. */
export function fromWall(wall: WallTime, zone: Zone): WallMoment {
  const flat = flatten(wall);
  const before = zone.offsetAt(flat - DAY);
  const after = zone.offsetAt(flat + DAY);
  const shown = [...new Set([before, after])]
    .map((offset) => ({ at: flat - offset, offset }))
    .filter(({ at, offset }) => zone.offsetAt(at) === offset)
    .map(({ at }) => at)
    .sort((one, other) => one - other);
  const [first] = shown;
  if (first === undefined) return { at: flat - before, oddity: 'skipped' };
  return { at: first, oddity: shown.length > 1 ? 'twice' : null };
}

/** The start of the day that is `days` after the day of a wall time. */
export function dayFrom(wall: WallTime, days: number): WallTime {
  const shifted = new Date(Date.UTC(wall.year, wall.month - 1, wall.day + days));
  return toWall(shifted.getTime(), UTC);
}

/** Monday is 1, Sunday 7. */
export function weekdayOf(wall: WallTime): number {
  return new Date(flatten(wall)).getUTCDay() || 7;
}

/** Whether there is such a day and such a time. */
export function isWallTime(wall: WallTime): boolean {
  const back = toWall(flatten(wall), UTC);
  return back.month === wall.month && back.day === wall.day && back.hour === wall.hour;
}

function flatten({ year, month, day, hour, minute, second, ms }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}
